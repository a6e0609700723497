/**
 * Whose MAC is it: the organisation the IEEE registry gives for a prefix, through the npm package oui-data. Prefixes are
 * never typed by hand. An organisation is a claim about the network chip's buyer, not about the device.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { findInPack } from './oui-pack.ts';

/** Organisation name of a MAC in any usual spelling; undefined when unknown, private, locally administered or a group. */
export type OuiLookup = (mac: string) => string | undefined;

/** MA-S and IAB, MA-M, MA-L: the longest match names whoever really got the block. */
const PREFIX_DIGITS = [9, 7, 6] as const;

/** Entries of the registry that name nobody: the parent of sub-allocated blocks, and owners who paid for silence. */
const NOBODY = /^(?:IEEE Registration Authority|Private)$/i;

const GROUP_BIT = 1;
const LOCAL_BIT = 2;

/** Beside the compiled code, written by the build. */
export const PACK_FILE = 'oui.txt';

let loaded: OuiLookup | undefined;

/** The lookup over the whole registry, opened on first call and kept: the build's pack, or oui-data itself in a bare checkout. */
export function loadOui(): OuiLookup {
  loaded ??= rememberLast(openPack() ?? createOui(readRegistry()));
  return loaded;
}

/** Every signature that looks at the maker of a MAC asks for the same one in turn. */
export function rememberLast(lookUp: OuiLookup): OuiLookup {
  let last: { readonly mac: string; readonly name: string | undefined } | undefined;
  return (mac) => {
    if (last?.mac !== mac) last = { mac, name: lookUp(mac) };
    return last.name;
  };
}

function openPack(): OuiLookup | undefined {
  try {
    const pack = readFileSync(new URL(PACK_FILE, import.meta.url));
    return lookup((prefix) => findInPack(pack, prefix));
  } catch {
    return undefined;
  }
}

/** The registry as oui-data has it. */
export function readRegistry(): object {
  const registry: unknown = createRequire(import.meta.url)('oui-data');
  return typeof registry === 'object' && registry !== null ? registry : {};
}

/** A lookup over `{prefix in upper-case hex: "organisation\naddress…"}`. */
export function createOui(registry: object): OuiLookup {
  return lookup((prefix) => {
    const text: unknown = Object.getOwnPropertyDescriptor(registry, prefix)?.value;
    return typeof text === 'string' ? text.split('\n', 1)[0] : undefined;
  });
}

function lookup(nameOf: (prefix: string) => string | undefined): OuiLookup {
  return (mac) => {
    const digits = mac.replace(/[^0-9A-Fa-f]/g, '').toUpperCase();
    if (!isUniversal(digits)) return undefined;
    for (const length of PREFIX_DIGITS) {
      const name = nameOf(digits.slice(0, length))?.trim();
      if (name !== undefined) return name === '' || NOBODY.test(name) ? undefined : name;
    }
    return undefined;
  };
}

/** True for a MAC of one device, as opposed to a group, broadcast or zero address. */
export function isUnicastMac(mac: string): boolean {
  const digits = mac.replace(/[^0-9A-Fa-f]/g, '');
  return digits.length === 12 && (firstOctet(digits) & GROUP_BIT) === 0 && !/^0+$/.test(digits);
}

/** Six octets, neither a group nor chosen locally (virtual machines, privacy addresses): only these come from the registry. */
function isUniversal(digits: string): boolean {
  return digits.length === 12 && (firstOctet(digits) & (GROUP_BIT | LOCAL_BIT)) === 0;
}

function firstOctet(digits: string): number {
  return parseInt(digits.slice(0, 2), 16);
}
