import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cefTarget } from '../../../agent/export/cef/target.ts';
import { printable } from '../../../probes/text.ts';
import { HAS_PYTHON, python } from './external.ts';
import { ATTACKS, CONTEXT, DEVICE, EVENT, hostileEvent } from './samples.ts';

const events = [EVENT, ...ATTACKS.map(hostileEvent)];
const text = cefTarget.render([], events, CONTEXT, cefTarget.settings.parse({ hostname: 'scanner.example' }));

/** Reads syslog and CEF by their documents, character by character: nothing of it is ours. */
const READER = String.raw`
import json, re, sys
out = []
for line in sys.stdin.buffer.read().decode('utf-8').split('\n')[:-1]:
    pri, rest = re.fullmatch(r'<(\d{1,3})>1 (.*)', line, re.S).groups()
    stamp, host, app, proc, msgid, sd, message = rest.split(' ', 6)
    fields, field, i = [], '', 0
    while len(fields) < 7:
        c = message[i]
        if c == '\\': field += message[i + 1]; i += 2; continue
        if c == '|': fields.append(field); field = ''; i += 1; continue
        field += c; i += 1
    extension, values = message[i:], {}
    starts = [m for m in re.finditer(r'(?:^|(?<= ))([A-Za-z0-9_]+)(?<!\\)=', extension)]
    for n, m in enumerate(starts):
        end = starts[n + 1].start() - 1 if n + 1 < len(starts) else len(extension)
        values[m.group(1)] = re.sub(r'\\(.)', r'\1', extension[m.end():end])
    out.append({'pri': int(pri), 'stamp': stamp, 'host': host, 'app': app, 'msgid': msgid, 'header': fields, 'values': values})
print(json.dumps(out))
`;
const lineSchema = z.object({
  pri: z.number(),
  stamp: z.string(),
  host: z.string(),
  app: z.string(),
  msgid: z.string(),
  header: z.array(z.string()),
  values: z.record(z.string(), z.string()),
});

describe('CEF in syslog', () => {
  it('is read back by a reader that is not ours as it was meant, hostile names included', ({ skip }) => {
    skip(!HAS_PYTHON, 'python3 is missing');
    const lines = z.array(lineSchema).parse(python(READER, text));
    expect(lines).toHaveLength(events.length);
    lines.forEach(({ header, values, host, app, msgid }, index) => {
      const event = events[index] ?? EVENT;
      const meant = (said: string): string => printable(said, 1000).trim();
      expect([host, app, msgid]).toEqual(['scanner.example', 'camsweep', 'verdict-changed']);
      expect(header).toEqual(['CEF:0', 'Camsweep', 'camsweep', '1.2.3', 'verdict-changed', 'Policy verdict changed', '8']);
      expect(values).toMatchObject({
        ...{ cs1: meant(event.device.maker ?? ''), cs3: meant(event.device.model ?? ''), cs6: meant(event.device.site) },
        ...{ cs4: meant(event.device.firmware ?? ''), cs5: meant(event.policy ?? ''), flexString1: meant(event.device.serial ?? '') },
        ...{ externalId: meant(event.device.key), cs1Label: 'maker', dvchost: 'scanner.example' },
      });
    });
  });

  it('says the camera is the destination and we are the device that tells', () => {
    const [line] = text.split('\n');
    expect(line).toMatch(/^<132>1 2026-01-15T02:00:07\.000Z scanner\.example camsweep - verdict-changed - CEF:0\|/);
    expect(line).toContain(' dst=192.0.2.64 c6a3=2001:db8::64 c6a3Label=Destination IPv6 Address dmac=44:19:b6:00:00:01 ');
    expect(line).toContain('rt=1768442407000');
    expect(line).not.toMatch(/ (dvc|dvcmac|src)=/);
  });

  it('keeps every change on one line without anything a terminal obeys', () => {
    expect(text.split('\n')).toHaveLength(events.length + 1);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/);
    expect(cefTarget.render([DEVICE], [], CONTEXT, cefTarget.settings.parse({}))).toBe('');
  });
});
