import { SCENARIOS } from './scenarios.ts';
import { openWorld } from './world.ts';
import { run } from './measure.ts';
import { TOOLS, type ToolId, type Tool } from './tools.ts';
import { ourCommand, ourEnvironment, readOurs } from './ours.ts';
import { scoreOurs, scorePeer, fold } from './score.ts';
import { loadSignatures } from '../../signatures/load.ts';

const data = loadSignatures();
const names = new Map(data.makers.map(({ maker, name, aliases }) => [maker, new Set([maker, name, ...(aliases ?? [])].map(fold))]));
const namesOf = (id: string) => names.get(id) ?? new Set([fold(id)]);
const wanted = process.argv[2] ?? 'attached-24';
const ids = process.argv.slice(3) as ToolId[];
const scenario = SCENARIOS.find(({ id }) => id === wanted)!;
const stop = new AbortController();
process.on('SIGINT', () => stop.abort());
const world = await openWorld(scenario);
try {
  console.log('rtt', world.roundTripMs());
  for (const id of ['ours', ...ids]) {
    world.flushNeighbours();
    const tool: Tool | undefined = id === 'ours' ? undefined : TOOLS[id as ToolId];
    const m = await run(world, tool ? tool.command(world) : ourCommand(scenario, world), { root: tool?.root ?? false, timeoutMs: 180000, signal: stop.signal, environment: tool ? {} : ourEnvironment(world), watchFirstPacket: !tool });
    const score = tool ? scorePeer(tool.read(m.stdout), world.hosts, namesOf) : scoreOurs(readOurs(m.stdout), world.hosts, namesOf);
    const { stdout, errors, ...rest } = m;
    const flags = errors.filter((l) => l.text.startsWith('! '));
    console.log(id, JSON.stringify({ ...rest, sent: rest.sent, score }, null, 1).slice(0, 3000));
    console.log('flag', flags.length, 'first', m.firstPacketAtMs && flags[0] && flags[0].atMs - m.firstPacketAtMs, 'packet at', m.firstPacketAtMs && m.firstPacketAtMs - m.startedAtMs);
    if (m.code !== 0) console.log(errors.slice(0, 5), stdout.slice(0, 300));
  }
} finally {
  console.log(await world.close());
}
