import { describe, expect, it } from 'vitest';
import { failConditions } from '../../../agent/config/fail-on.ts';
import { resolveSettings, siteNames } from '../../../agent/config/resolve.ts';

const file = (text: string) => ({ path: 'camsweep.yaml', text });
const YAML = `rate: 100
timeout: 2
sites:
  hq:
    targets: [10.1.0.0/24, 10.2.0.0/24]
    rate: 50
    policy: us-889a1b
  branch:
    targets: 10.9.0.0/24
  empty:
exports:
  cmdb:
    target: csv
`;

describe('sites of the configuration', () => {
  it('prefers flag to environment to site to file to default', () => {
    expect(resolveSettings({ site: 'hq' }, {}, file(YAML))).toMatchObject({
      site: 'hq',
      targets: ['10.1.0.0/24', '10.2.0.0/24'],
      rate: 50,
      timeoutMs: 2000,
      policies: ['us-889a1b'],
    });
    expect(resolveSettings({ site: 'hq', rate: '7' }, { CAMSWEEP_RATE: '8' }, file(YAML)).rate).toBe(7);
    expect(resolveSettings({ site: 'hq' }, { CAMSWEEP_RATE: '8' }, file(YAML)).rate).toBe(8);
    expect(resolveSettings({ site: 'branch' }, {}, file(YAML))).toMatchObject({ rate: 100, targets: ['10.9.0.0/24'] });
    expect(resolveSettings({}, {}, file(YAML))).toMatchObject({ site: 'default', targets: [], rate: 100 });
    expect(resolveSettings({}, {}, file(`site: branch\n${YAML}`)).targets).toEqual(['10.9.0.0/24']);
  });

  it('lists them in the order of the file', () => {
    expect(siteNames(file(YAML))).toEqual(['hq', 'branch', 'empty']);
    expect(siteNames(undefined)).toEqual([]);
    expect(siteNames(file('rate: 1\n'))).toEqual([]);
  });

  it('refuses a site that is not there, but only where there are sites', () => {
    expect(() => resolveSettings({ site: 'hx' }, {}, file(YAML))).toThrow('--site "hx": expected one of hq, branch, empty');
    expect(resolveSettings({ site: 'hx' }, {}, file('rate: 1\n')).site).toBe('hx');
  });

  it.each([
    ['sites: [hq]\n', /camsweep\.yaml:1: sites: expected a map of names/],
    ['sites:\n  hq: 10.0.0.0\n', /camsweep\.yaml:2: sites\.hq: expected a map of options/],
    ['sites:\n  hq:\n    target: 10.0.0.1\n', /camsweep\.yaml:3: unknown key "sites\.hq\.target": expected one of targets/],
    ['sites:\n  hq:\n    db: x\n', /camsweep\.yaml:3: unknown key "sites\.hq\.db"/],
    ['sites:\n  "../x":\n    rate: 1\n', /camsweep\.yaml:2: sites: "\.\.\/x": expected a name/],
    ['sites:\n  hq:\n    targets: {a: 1}\n', /camsweep\.yaml:3: sites\.hq\.targets: expected text, a number or a list/],
  ])('names file, line and path for %j', (text, message) => {
    expect(() => resolveSettings({}, {}, file(text))).toThrow(message);
  });

  it('names the line of a value of the site in use', () => {
    expect(() => resolveSettings({ site: 'hq' }, {}, file('sites:\n  hq:\n    rate: fast\n'))).toThrow(
      /camsweep\.yaml:3: sites\.hq\.rate: "fast": expected a number/,
    );
  });
});

describe('--fail-on', () => {
  it.each([
    ['restricted', [{ kind: 'restricted' }]],
    ['new-restricted, coverage<99', [{ kind: 'new-restricted' }, { kind: 'coverage', belowPercent: 99 }]],
    ['coverage < 99.5 %', [{ kind: 'coverage', belowPercent: 99.5 }]],
    ['nothing', []],
  ])('reads %j', (text, conditions) => {
    expect(failConditions([text], '--fail-on')).toEqual(conditions);
  });

  it.each(['', 'restricted,', 'coverage<0', 'coverage<101', 'coverage>5', 'everything', 'nothing,restricted'])('refuses %j', (text) => {
    expect(() => failConditions([text], '--fail-on')).toThrow(/--fail-on: ".*": expected restricted, new-restricted/);
  });
});
