/** A route that says of a whole /24 that there is no way to it: the scan believes it, and says so. The built command, without rights. Linux, root. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scan } from './command.ts';
import { whyNoNetwork, withNetwork } from './namespace.ts';

const reason = await whyNoNetwork();
if (reason !== undefined) process.stderr.write(`test/lab-network/no-way: skipped, ${reason}\n`);

const ROUTER = '10.75.2.14';
const SPEC = {
  scanner: [{ segment: 'here', address: '10.75.2.1/28' }],
  router: [{ segment: 'here', address: `${ROUTER}/28` }],
};

it.skipIf(reason !== undefined)(
  'leaves a /24 alone that a route calls unreachable, and the scan is not complete',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'camsweep-no-way-'));
    await chmod(folder, 0o755);
    try {
      await withNetwork(SPEC, async (network) => {
        const must = async (host: string, command: readonly string[]): Promise<void> => {
          const { code, stderr } = await network.run(host, command);
          if (code !== 0) throw new Error(`${host}: ${command.join(' ')}: ${stderr}`);
        };
        // The scanner's own kernel is the router that says it: a Linux router on the way says it only once a second to one sender.
        await must('scanner', ['ip', 'route', 'add', '10.76.0.0/16', 'via', ROUTER]);
        await must('scanner', ['ip', 'route', 'add', 'unreachable', '10.76.5.0/24']);
        const { code, document, stderr } = await scan(network, 'scanner', join(folder, 'scan'), ['10.76.5.0/24']);
        expect(document.scan.problems.join('\n'), stderr).toMatch(
          /^10\.76\.5\.0\/24: a router or this machine says there is no way to it; \d+ of 254 addresses asked$/m,
        );
        expect(document.coverage).toMatchObject({ addresses: 254, alive: 0, complete: false });
        expect(document.coverage.notReached).toBeGreaterThan(0);
        expect(code, stderr).toBe(3);
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
