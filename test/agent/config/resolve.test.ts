import { describe, expect, it } from 'vitest';
import { OPTIONS, variableOf } from '../../../agent/config/options.ts';
import { DEFAULT_PORTS, parsePorts } from '../../../agent/config/ports.ts';
import { resolveSettings } from '../../../agent/config/resolve.ts';
import { CamsweepError } from '../../../agent/errors.ts';

const file = (text: string) => ({ path: 'camsweep.yaml', text });

describe('agent/config/resolve', () => {
  it('prefers flag to environment to file to default', () => {
    const yaml = file('rate: 100\ntimeout: 2\nhost-time: 9\n');
    const settings = resolveSettings({ rate: '300' }, { CAMSWEEP_RATE: '200', CAMSWEEP_TIMEOUT: '3' }, yaml);
    expect(settings).toMatchObject({ rate: 300, timeoutMs: 3000, hostTimeMs: 9000, concurrency: undefined, profile: 'gentle' });
  });

  it('takes lists from YAML', () => {
    const settings = resolveSettings({}, {}, file('targets:\n  - 10.0.0.0/24\n  - 10.0.1.0/24\nexclude: 10.0.0.9\n'));
    expect(settings).toMatchObject({ targets: ['10.0.0.0/24', '10.0.1.0/24'], exclude: ['10.0.0.9'] });
  });

  it.each([
    ['rate: fast\n', /camsweep\.yaml:1: rate: "fast": expected a number/],
    ['targets: [10.0.0.1]\nrates: 5\n', /camsweep\.yaml:2: unknown key "rates": expected one of targets/],
    ['rate: {a: 1}\n', /camsweep\.yaml:1: rate: expected text, a number or a list/],
    ['- a\n', /camsweep\.yaml:1: expected `option: value`/],
    ['rate: [1\n', /camsweep\.yaml:\d/],
  ])('names file, line and expectation for %j', (text, message) => {
    expect(() => resolveSettings({}, {}, file(text))).toThrow(message);
    expect(() => resolveSettings({}, {}, file(text))).toThrow(CamsweepError);
  });

  it.each([
    ['70000', /port "70000": expected 1 to 65535/],
    ['http=80,x', /port "x"/],
    ['gopher=70', /service "gopher": expected one of http/],
    ['9100', /9100 is never asked/],
  ])('refuses --ports %s', (text, message) => {
    expect(() => parsePorts([text], '--ports')).toThrow(message);
  });

  it('reads port lists per service', () => {
    expect(parsePorts(['80,8080'], '--ports')).toEqual({ http: [80, 8080] });
    expect(parsePorts(['https=443,8443 snmp=10161'], '--ports')).toEqual({ https: [443, 8443], snmp: [10161] });
    expect(parsePorts(['mdns='], '--ports')).toEqual({ mdns: [] });
    expect(Object.keys(DEFAULT_PORTS)).toContain('ws-discovery');
  });

  it('has no flag for secrets', () => {
    expect(OPTIONS.snmpCommunities.flag).toBe(false);
    expect(variableOf('snmp-communities')).toBe('CAMSWEEP_SNMP_COMMUNITIES');
  });
});
