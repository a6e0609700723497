/** A test network that several tests share: made in `beforeAll`, taken away in `afterAll`. */
import { withNetwork } from './namespace.ts';
import type { Network, NetworkSpec } from './namespace.ts';

export interface HeldNetwork {
  readonly network: Network;
  /** Takes it away, processes and namespaces. */
  close(): Promise<void>;
}

export async function holdNetwork(spec: NetworkSpec): Promise<HeldNetwork> {
  return new Promise((resolve, reject) => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((letGo) => (release = letGo));
    const gone = withNetwork(spec, async (network) => {
      resolve({
        network,
        close: async () => {
          release();
          await gone;
        },
      });
      await released;
    });
    gone.catch(reject);
  });
}
