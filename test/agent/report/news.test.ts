import { describe, expect, it } from 'vitest';
import { loadEngine } from '../../../agent/commands/engine.ts';
import { identify } from '../../../agent/identify/identify.ts';
import { describeDevice, type DeviceReport } from '../../../agent/report/device.ts';
import { newsLine, newsOf, toldOf, type News } from '../../../agent/report/news.ts';

const { signatures } = loadEngine();
const UNKNOWN = describeDevice({ address: '192.0.2.10', identity: identify([], signatures), observations: [], verdicts: [] });
const PROBABLE: DeviceReport = {
  ...UNKNOWN,
  maker: 'Hikvision',
  certainty: 'probable',
  surveillance: true,
  summary: 'camera, made by Hikvision (probable)',
};
const CONFIRMED: DeviceReport = { ...PROBABLE, certainty: 'confirmed' };
const FLAGGED: DeviceReport = {
  ...CONFIRMED,
  verdicts: [{ policy: 'p', title: 'P', verdict: 'restricted', certainty: 'confirmed', because: 'It is.', basis: 'maker' }],
};
const STYLE = { red: (text: string) => `<${text}>`, dim: (text: string) => text };

function news(
  before: DeviceReport | undefined,
  now: DeviceReport,
  left: readonly [before: boolean, now: boolean] = [false, false],
): News | undefined {
  return newsOf(before && toldOf(before, left[0]), toldOf(now, left[1]));
}

describe('agent/report/news', () => {
  it.each([
    ['new', undefined, UNKNOWN],
    ['new', undefined, FLAGGED],
    ['surer', UNKNOWN, PROBABLE],
    ['surer', PROBABLE, CONFIRMED],
    [undefined, CONFIRMED, CONFIRMED],
    ['changed', CONFIRMED, { ...CONFIRMED, model: 'DS-2CD2042WD-I' }],
    ['changed', CONFIRMED, FLAGGED],
    ['changed', CONFIRMED, { ...CONFIRMED, mac: '44:19:b6:00:00:11' }],
    // Less sure by what came later: nothing anybody waits for.
    [undefined, CONFIRMED, { ...CONFIRMED, certainty: 'probable' }],
    // Evidence and open ports are no news by themselves.
    [undefined, CONFIRMED, { ...CONFIRMED, ports: [80], contradictions: ['one'] }],
  ] as const)('says %s', (expected, before, now) => {
    expect(news(before, now)).toBe(expected);
  });

  it('says that a device goes, and that it is back', () => {
    expect(news(CONFIRMED, CONFIRMED, [false, true])).toBe('left');
    expect(news(CONFIRMED, FLAGGED, [true, false])).toBe('back');
    expect(news(CONFIRMED, CONFIRMED, [true, true])).toBeUndefined();
    expect(news(undefined, CONFIRMED, [false, true])).toBe('new');
  });

  it('knows what was cleared, and never clears what is flagged', () => {
    expect(toldOf({ ...UNKNOWN, surveillance: false }, false).cleared).toBe(true);
    expect(toldOf(UNKNOWN, false).cleared).toBe(false);
    expect(toldOf({ ...FLAGGED, surveillance: false }, false)).toMatchObject({ cleared: false, flagged: true });
  });

  it('puts a device in one line, a flagged one in red with a mark', () => {
    const line = newsLine({ ...FLAGGED, model: 'DS-2CD2042WD-I' }, 'surer', '10:11:12', ['SADP', 'SSDP'], STYLE);
    expect(line).toBe(
      '<! 10:11:12  192.0.2.10      camera, made by Hikvision (probable)  DS-2CD2042WD-I>  (now surer; heard by SADP, SSDP)',
    );
    expect(newsLine(UNKNOWN, 'new', '10:11:12', ['mDNS'], STYLE)).toBe('  10:11:12  192.0.2.10      not identified  (heard by mDNS)');
  });

  it('lets no device move the cursor or break the line', () => {
    const line = newsLine({ ...FLAGGED, model: 'a\u001b[2Jb\nc', firmware: '\u202efdp' }, 'new', '10:11:12', ['SADP'], STYLE);
    expect(/[\u0000-\u001f\u202e]/.test(line)).toBe(false);
  });
});
