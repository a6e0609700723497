import { describe, expect, it } from 'vitest';
import { ageInDays, buildDateOf, isPlaceholder, normaliseFirmware, normaliseSerial } from '../../../agent/identify/normalise.ts';

describe('agent/identify/normalise', () => {
  // Firmware lines as public captures quote them (public SADP captures (sergei.nz, mhzhuji.com), hikvision_next fixtures, LibreNMS and GLPI, UniversalScanner doc/protocols.html).
  it.each([
    ['V5.2.5build 141201', 'V5.2.5', '2014-12-01'],
    ['V5.5.3 build 171025', 'V5.5.3', '2017-10-25'],
    ['V3.5.38build 191215', 'V3.5.38', '2019-12-15'],
    ['V5.0, build 140714', 'V5.0', '2014-07-14'],
    ['V5.7.18', 'V5.7.18', undefined],
    ['2.800.0000000.13.R', '2.800.0000000.13.R', undefined],
    ['2.800.0000000.13.R, Build Date: 2021-03-10', '2.800.0000000.13.R', '2021-03-10'],
    ['3.212.0000.1', '3.212.0000.1', undefined],
    [' ; AXIS P5534-E; PTZ Dome Network Camera; 5.40.9.2; May 15 2012 09:50; 188.1; 1;', '5.40.9.2', '2012-05-15'],
    ['illustra IFS03D1OCWIT Network camera 05-27-2019 Illustra.SS004.01.06.05.0026', undefined, '2019-05-27'],
    ['7.61.0005', '7.61.0005', undefined],
    ['1.41.04_20211013', '1.41.04', '2021-10-13'],
  ])('reads %j', (text, version, buildDate) => {
    if (version !== undefined) expect(normaliseFirmware(text)).toEqual({ version, ...(buildDate === undefined ? {} : { buildDate }) });
    expect(buildDateOf(text)).toBe(buildDate);
  });

  it.each(['', 'firmware', 'V5', 'IPcamera', '\u0000'.repeat(400)])('finds no version in %j', (text) => {
    expect(normaliseFirmware(text)).toBeUndefined();
  });

  it.each([
    'build 141301',
    'build 140231',
    'build 1412011',
    '2021-02-30',
    '05-06-2019',
    '20211301',
    '12345678',
    'May 32 2012',
    'Xyz 15 2012',
  ])('takes %j for no date', (text) => {
    expect(buildDateOf(text)).toBeUndefined();
  });

  it('reads the date a recorder or camera gives apart from its version', () => {
    expect(buildDateOf('build 240826')).toBe('2024-08-26');
  });

  it('reads production date and region out of a serial', () => {
    expect(normaliseSerial('DS-2CD2432F-IW20150126CCCH502126167')).toEqual({ produced: '2015-01-26', region: 'CCCH' });
    expect(normaliseSerial('DS-7804HQH-K10420190822CCCHD53257168WCVU', 'DS-7804HQH-K1')).toEqual({
      produced: '2019-08-22',
      region: 'CCCH',
    });
    expect(normaliseSerial('0820160719AARR624053979WCVU')).toEqual({ produced: '2016-07-19', region: 'AARR' });
    expect(normaliseSerial('6C01E93PAG69A7D')).toBeUndefined();
  });

  it('counts whole days', () => {
    expect(ageInDays('2014-12-01', '2026-03-01T23:59:00Z')).toBe(4108);
    expect(ageInDays('2026-03-01', '2026-03-01T00:00:00Z')).toBe(0);
    expect(ageInDays('2026-03-02', '2026-03-01T23:59:00Z')).toBe(-1);
    expect(ageInDays('soon', '2026-03-01')).toBeUndefined();
  });

  it.each(['MODEL', 'IPC', ' n/a ', 'unknown', 'XXXX', '0000'])('takes %j for no model', (text) => expect(isPlaceholder(text)).toBe(true));
  it.each(['DS-2CD2042WD-I', 'IPC-HDW5421S', 'Model 10', 'X5', 'NVR4104'])('takes %j for one', (text) =>
    expect(isPlaceholder(text)).toBe(false),
  );
});
