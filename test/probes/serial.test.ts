import { describe, expect, it } from 'vitest';
import { parseFirmware, parseSerial } from '../../probes/serial.ts';
import { mutate, randomFrom } from './mutate.ts';

describe('probes/serial', () => {
  it('reads firmware lines in every blank and comma of public SADP captures (sergei.nz, mhzhuji.com)', () => {
    expect(parseFirmware('V5.2.5build 141201')).toEqual({ version: 'V5.2.5', build: '141201', buildDate: '2014-12-01' });
    expect(parseFirmware('V5.7.18 build 240826')).toEqual({ version: 'V5.7.18', build: '240826', buildDate: '2024-08-26' });
    expect(parseFirmware('V5.0, build 140714')).toEqual({ version: 'V5.0', build: '140714', buildDate: '2014-07-14' });
    expect(parseFirmware('V7.3 build 190626 ')).toEqual({ version: 'V7.3', build: '190626', buildDate: '2019-06-26' });
    expect(parseFirmware('V4.30.005')).toEqual({ version: 'V4.30.005' });
    expect(parseFirmware('V5.4.5build 179923')).toEqual({ version: 'V5.4.5', build: '179923' });
  });

  it('reads no firmware out of anything else', () => {
    for (const other of ['', 'V5', 'build 140714', '5.2.5 for build', '2.800.0000000.13.R', 'x'.repeat(1000)])
      expect(parseFirmware(other)).toBeUndefined();
  });

  it('takes the serial of a camera apart', () => {
    // Serials of captures (a), (b) in public SADP captures (sergei.nz, mhzhuji.com).
    expect(parseSerial('DS-2CD2432F-IW20150126CCCH502126167')).toEqual({
      model: 'DS-2CD2432F-IW',
      produced: '2015-01-26',
      region: 'CCCH',
      tail: '502126167',
    });
    expect(parseSerial('DS-2CD2385G1-I20200414AAWRE33842150')).toMatchObject({
      model: 'DS-2CD2385G1-I',
      region: 'AAWR',
      tail: 'E33842150',
    });
    expect(parseSerial('IPC-B140H20190514AAWRD12345678')).toMatchObject({ model: 'IPC-B140H', produced: '2019-05-14' });
  });

  it('takes the serial of a recorder apart, also without its model', () => {
    // Capture (c).
    expect(parseSerial('DS-7804HQH-K10420190822CCCHD53257168WCVU')).toEqual({
      model: 'DS-7804HQH-K1',
      channels: 4,
      produced: '2019-08-22',
      region: 'CCCH',
      tail: 'D53257168',
      suffix: 'WCVU',
    });
    expect(parseSerial('1620190822CCRRD53257168WCVU')).toMatchObject({ model: '', channels: 16, region: 'CCRR' });
    expect(parseSerial('DS-7608NI-I20820190822CCWRD53257168')).toMatchObject({ model: 'DS-7608NI-I2', channels: 8 });
  });

  it('lets a model told separately settle where the model ends', () => {
    const serial = 'XYZ-1420190822AAWR53257168';
    expect(parseSerial(serial)).toMatchObject({ model: 'XYZ-14' });
    expect(parseSerial(serial, 'XYZ-')).toMatchObject({ model: 'XYZ-', channels: 14 });
    expect(parseSerial(serial, 'another')).toMatchObject({ model: 'XYZ-14' });
  });

  it('reads no serial out of anything else', () => {
    for (const other of ['', '6C01E93PAG69A7D', 'DS-2CD2432F-IW20159926CCCH502126167', '20150126CCCH50212616', 'A'.repeat(5000)]) {
      expect(parseSerial(other)).toBeUndefined();
    }
  });

  it('survives truncation and mutation (seed 11)', () => {
    const serial = 'DS-7804HQH-K10420190822CCCHD53257168WCVU';
    const random = randomFrom(11);
    for (let length = 0; length <= serial.length; length++)
      expect(parseSerial(serial.slice(0, length))?.model ?? 'DS-7804HQH-K1').toMatch(/^DS-7804HQH-K1/);
    for (let round = 0; round < 3000; round++) {
      const text = Buffer.from(mutate(Buffer.from(serial), random)).toString('latin1');
      const parsed = parseSerial(text);
      if (parsed) expect(text).toContain(parsed.tail);
      parseFirmware(text);
    }
  });
});
