/** `camsweep judge FILE…`: recordings in, one verdict a line out; no packet is sent. Streams: memory is flat in lines. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { recordingSchema, type Recording } from '../../probes/recording.ts';
import type { Observation } from '../../probes/observation.ts';
import { printable } from '../../probes/text.ts';
import { CamsweepError, EXIT, messageOfError } from '../errors.ts';
import { identify } from '../identify/identify.ts';
import { judgePolicies } from '../policy/judge.ts';
import { jsonText } from '../report/json.ts';
import { describeDevice, relevantEvidence } from '../report/device.ts';
import { observationsOf } from '../sweep/hosts.ts';
import { loadEngine, type Engine } from './engine.ts';
import type { Io } from './io.ts';

/** Longest line taken, in characters: a recording is capped far below this. */
const MAX_LINE_LENGTH = 4 * 1024 * 1024;
/** Most recordings held back for one `device` key. */
const MAX_OBSERVATIONS_PER_DEVICE = 20_000;

/** Judges all files in order; returns the exit code: 2 when a line was no recording. Throws CamsweepError for an unreadable file. */
export async function judgeFiles(files: readonly string[], policies: readonly string[], io: Io): Promise<number> {
  const engine = loadEngine();
  const devices = new Map<string, Observation[]>();
  let bad = 0;
  const complain = (error: CamsweepError): void => {
    if (++bad <= MAX_COMPLAINTS) io.say(`camsweep: ${printable(error.message, 500)}`);
  };
  for (const file of files.length === 0 ? ['-'] : files) {
    // One bad line costs itself: it is named, the rest is judged, and the exit code says that something was wrong.
    for await (const recording of readRecordings(file, complain)) {
      const observations = observationsOf(recording);
      if (recording.device === undefined) io.out(verdictLine({ id: recording.id }, observations, recording.from.address, policies, engine));
      else collect(devices, recording.device, observations);
    }
  }
  for (const [device, observations] of devices)
    io.out(verdictLine({ device }, observations, observations[0]?.address ?? '', policies, engine));
  if (bad > 0)
    io.say(`${bad} line(s) were no recordings and were left out: one JSON object a line, as the README says [recording-invalid]`);
  return bad > 0 ? EXIT.usage : EXIT.done;
}

/** Bad lines named one by one; after that they are only counted. */
const MAX_COMPLAINTS = 20;

function collect(devices: Map<string, Observation[]>, device: string, observations: readonly Observation[]): void {
  const known = devices.get(device) ?? [];
  known.push(...observations.slice(0, MAX_OBSERVATIONS_PER_DEVICE - known.length));
  devices.set(device, known);
}

function verdictLine(
  key: { id: string } | { device: string },
  observations: readonly Observation[],
  address: string,
  policies: readonly string[],
  engine: Engine,
): string {
  const identity = identify(observations, engine.signatures);
  const verdicts = judgePolicies(identity, engine.data, policies);
  const report = describeDevice({ address, identity, observations, verdicts });
  const { maker, brand, owner, model, firmware, serial, mac, deviceType, surveillance, certainty, summary, contradictions } = report;
  const evidence = relevantEvidence(identity).map(({ signature, field, value }) => ({ signature, field, value }));
  return `${jsonText({ ...key, maker, brand, owner, model, firmware, serial, mac, deviceType, surveillance, certainty, summary, contradictions, evidence, verdicts })}\n`;
}

/** Recordings of one file, `-` for stdin, line by line. A scan file's head and tail are passed over. */
export async function* readRecordings(file: string, onBadLine?: (error: CamsweepError) => void): AsyncGenerator<Recording> {
  const source: Readable = file === '-' ? process.stdin : createReadStream(file);
  let number = 0;
  try {
    for await (const line of createInterface({ input: source, crlfDelay: Infinity })) {
      number++;
      const recording = parseOr(onBadLine, line, `${file}:${number}`, number);
      if (recording) yield recording;
    }
  } catch (error) {
    if (error instanceof CamsweepError) throw error;
    throw new CamsweepError('file-unreadable', `${file}: ${messageOfError(error)}`);
  }
}

function parseOr(
  onBadLine: ((error: CamsweepError) => void) | undefined,
  line: string,
  place: string,
  number: number,
): Recording | undefined {
  try {
    return parseRecording(line, place, number);
  } catch (error) {
    if (!onBadLine || !(error instanceof CamsweepError)) throw error;
    onBadLine(error);
    return undefined;
  }
}

function parseRecording(line: string, place: string, number: number): Recording | undefined {
  if (line.trim() === '') return undefined;
  if (line.length > MAX_LINE_LENGTH)
    throw new CamsweepError('recording-invalid', `${place}: line longer than ${MAX_LINE_LENGTH} characters`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new CamsweepError('recording-invalid', `${place}: not JSON: ${messageOfError(error)}`);
  }
  if (typeof value === 'object' && value !== null && ('scan' in value || 'end' in value)) return undefined;
  const parsed = recordingSchema.safeParse(value);
  if (parsed.success) return { ...parsed.data, id: parsed.data.id ?? `line-${number}` };
  const [issue] = parsed.error.issues;
  throw new CamsweepError('recording-invalid', `${place}: ${issue?.path.join('.') || 'line'}: ${issue?.message ?? 'not a recording'}`);
}
