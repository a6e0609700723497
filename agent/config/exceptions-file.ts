/** The file of exceptions: text → checked list. Strict, because a person writes it; every fault is named with its line. Pure. */
import { isIP } from 'node:net';
import { LineCounter, isNode, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { normaliseMac } from '../../probes/text.ts';
import { CamsweepError } from '../errors.ts';
import type { PolicyException } from '../policy/exceptions.ts';

const text = z.string('expected text').trim().min(3, 'expected a few words').max(500);
const day = z.string('expected a day such as 2026-12-31').refine(isDay, 'expected a day such as 2026-12-31');
const deviceSchema = z
  .strictObject({
    key: z.string('expected text').trim().min(3).optional(),
    serial: z.string('expected text: put a number in quotes').trim().min(5, 'expected a serial of five characters or more').optional(),
    mac: z
      .string()
      .refine((value) => normaliseMac(value) !== undefined, 'expected a MAC such as 44:19:b6:00:00:01')
      .transform((value) => normaliseMac(value) ?? value)
      .optional(),
    address: z
      .string()
      .refine((value) => isIP(value) !== 0, 'expected an IP address')
      .optional(),
    site: z.string().min(1).optional(),
  })
  .refine(
    ({ key, serial, mac, address }) => [key, serial, mac, address].some((value) => value !== undefined),
    'expected key, serial, mac or address',
  )
  .refine(
    ({ address, site }) => address === undefined || site !== undefined,
    'expected site beside address: addresses repeat from site to site',
  );
const exceptionSchema = z
  .strictObject({
    id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected letters, digits, dots and dashes'),
    device: deviceSchema,
    policy: z.string().optional(),
    reason: text,
    approver: text,
    mitigation: text,
    from: day,
    expires: day,
  })
  .refine(({ from, expires }) => from <= expires, { message: 'expected a day on or after from', path: ['expires'] });
const fileSchema = z.strictObject(
  {
    version: z.literal(1, 'expected 1'),
    exceptions: z.array(exceptionSchema, 'expected a list').max(10_000),
  },
  'expected `version: 1` and `exceptions:`',
);

/** `path` is for messages. Throws CamsweepError `config-invalid` that names every fault with its line. */
export function parseExceptions(source: string, path: string, policies: readonly string[]): PolicyException[] {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw invalid([`${path}:${lines.linePos(fault.pos[0]).line}: not YAML (${fault.message})`]);
  const parsed = fileSchema.safeParse(plainOf(document, path));
  const place = (at: readonly PropertyKey[], what: string): string =>
    `${path}:${lineOf(document, at, lines)}: ${at.length === 0 ? '' : `${at.map(String).join('.')}: `}${what}`;
  if (!parsed.success) {
    throw invalid(
      parsed.error.issues.map((issue) => {
        const [unknown] = issue.code === 'unrecognized_keys' ? issue.keys : [];
        return unknown === undefined ? place(issue.path, issue.message) : place([...issue.path, unknown], 'unknown key');
      }),
    );
  }
  const { exceptions } = parsed.data;
  const faults = exceptions.flatMap(({ id, policy }, index) => [
    ...(exceptions.findIndex((other) => other.id === id) < index ? [place(['exceptions', index, 'id'], `"${id}" stands twice`)] : []),
    ...(policy === undefined || policies.includes(policy)
      ? []
      : [place(['exceptions', index, 'policy'], `"${policy}": expected one of ${policies.join(', ')}`)]),
  ]);
  if (faults.length > 0) throw invalid(faults);
  return exceptions.map(({ policy, ...rest }) => ({ ...rest, policy: policy ?? null }));
}

function plainOf(document: Document.Parsed, path: string): unknown {
  try {
    return document.toJS();
  } catch {
    throw invalid([`${path}: not YAML (an alias that cannot be resolved)`]);
  }
}

const MAX_FAULTS = 20;

function invalid(faults: readonly string[]): CamsweepError {
  const more = faults.length > MAX_FAULTS ? [`and ${faults.length - MAX_FAULTS} more`] : [];
  return new CamsweepError('config-invalid', [...faults.slice(0, MAX_FAULTS), ...more].join('\n'));
}

/** Line of the nearest thing that is there: a missing key is named where its owner stands. */
function lineOf(document: Document.Parsed, at: readonly PropertyKey[], lines: LineCounter): number {
  for (let length = at.length; length > 0; length--) {
    const node = document.getIn(at.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function isDay(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(value);
}
