/** What `watch` listens to on this machine: interfaces, sockets, neighbour table. Sends nothing. */
import type { Segment } from '../../probes/probe.ts';
import { CamsweepError } from '../errors.ts';
import { attached, segmentOf, surveyInterfaces } from '../net/interfaces.ts';
import { listen } from '../net/listen.ts';
import { readNeighbourMacs } from '../net/neighbours.ts';
import type { WatchSource } from '../sweep/watch.ts';
import { checkInterfaces } from './scan-plan.ts';
import type { Io } from './io.ts';

/** The interfaces that are listened on: those named, or all that a scan would ask. Throws CamsweepError when there is none. */
export function segmentsOf(named: readonly string[]): readonly Segment[] {
  const { segments, leftOut } = surveyInterfaces(named);
  checkInterfaces(named, segments);
  const wanted = named.map((name) => name.toLowerCase());
  const chosen = segments.filter(({ interfaceName }) => wanted.length === 0 || wanted.includes(interfaceName.toLowerCase()));
  if (chosen.length > 0) return chosen;
  const why = leftOut.map(({ interfaceName, reason }) => `${interfaceName} (${reason})`).join(', ');
  throw new CamsweepError('targets-missing', `no interface to listen on${why === '' ? '' : `; left out: ${why}`}`);
}

/** For people: `eth0 (192.0.2.7/24)`. */
export function placesOf(segments: readonly Segment[]): string {
  return segments.map(({ interfaceName, address, prefixLength }) => `${interfaceName} (${address}/${prefixLength})`).join(', ');
}

/** Sockets and neighbour table of this machine, as the watch wants them. */
export function sourceOf(segments: readonly Segment[], named: readonly string[], io: Io): WatchSource {
  const isChosen = new Set(segments.map(({ interfaceName }) => interfaceName));
  // Asked anew every time: over days, addresses of interfaces change.
  const survey = (): { mine: Segment[]; others: Segment[] } => {
    const { segments: ordinary, leftOut } = surveyInterfaces(named);
    const all = [...ordinary, ...leftOut];
    return {
      mine: all.filter(({ interfaceName }) => isChosen.has(interfaceName)),
      others: all.filter(({ interfaceName }) => !isChosen.has(interfaceName)),
    };
  };
  let now = survey();
  let complained = false;
  const complain = (problem: string): void => {
    if (!complained) io.say(`note: the neighbour table cannot be read: ${problem}`);
    complained = true;
  };
  return {
    listen: (channels, events) => listen(channels, segments, events),
    neighbours: async () => {
      now = survey();
      const table = await readNeighbourMacs(complain);
      return new Map([...table].filter(([address]) => attached(address, now.mine)));
    },
    // A camera with a factory address belongs to no subnet and is welcome; one on an interface not chosen is not.
    accepts: (address) => {
      const segment = segmentOf(address, [...now.mine, ...now.others]);
      return segment === undefined || isChosen.has(segment.interfaceName);
    },
  };
}
