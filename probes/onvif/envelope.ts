/**
 * SOAP envelopes (1.2, and 1.1 where a device is old) as cameras really send them: junk in front, odd prefixes, no envelope
 * at all, broken off in the middle. Pure; never throws. Names are compared without their prefix, because the prefix is the
 * one thing every firmware chooses for itself – and therefore a trait worth reporting.
 */
import { field, type Field } from '../observation.ts';
import { textOf } from '../text.ts';
import { findNode, parseXml, XML_LIMITS, type XmlDocument, type XmlNode } from '../xml.ts';

export interface Envelope {
  /** The Envelope element, or undefined for a bare fragment. */
  readonly envelope: XmlNode | undefined;
  readonly header: XmlNode | undefined;
  /** First child of the Body; the root itself for a bare fragment. */
  readonly operation: XmlNode | undefined;
  /** False when the document broke off or was malformed: what came before the fault is here. */
  readonly complete: boolean;
}

/** Namespaces reported of one message. Axis declares about sixty. */
const MAX_NAMESPACES = 100;
const MAX_FAULT_TEXTS = 8;

/** Names that say by themselves that a fragment came out of a Body. */
const FRAGMENT = /(?:Response|Match(?:es)?|^Fault|^Hello|^Bye)$/;
const ENVELOPE_START = /<(?:[\w.-]{1,64}:)?Envelope[\s>]/;

/** Reads an envelope out of a datagram or an HTTP body. */
export function readEnvelope(content: Uint8Array | string): Envelope {
  const text = typeof content === 'string' ? content : textOf(content.subarray(0, XML_LIMITS.maxLength));
  const { root, complete } = parseSkippingJunk(text);
  if (root?.local !== 'Envelope') return { envelope: undefined, header: undefined, operation: root, complete };
  const header = root.children.find(({ local }) => local === 'Header');
  const body = root.children.find(({ local }) => local === 'Body');
  return { envelope: root, header, operation: body?.children[0], complete };
}

function parseSkippingJunk(text: string): XmlDocument {
  const bounded = text.slice(0, XML_LIMITS.maxLength);
  const declaration = bounded.indexOf('<?xml');
  const first = declaration >= 0 ? declaration : bounded.search(ENVELOPE_START);
  const document = parseXml(first > 0 ? bounded.slice(first) : bounded);
  if (document.complete || document.root?.local === 'Envelope') return document;
  // Elements side by side without a root: a fragment out of a longer answer. A wrapper makes it a document.
  const wrapped = parseXml(`<Fragment>${bounded.replace(/^[^<]*<\?xml[^>]*>/, '')}</Fragment>`);
  const inside = wrapped.root?.children ?? [];
  return inside.length > 1 ? wrapped : document;
}

/** `soap.*` fields of a message: prefixes and namespaces, operation, fault. */
export function envelopeFields({ envelope, operation }: Envelope): Field[] {
  const namespaces = envelope ? declaredNamespaces(envelope) : [];
  return [
    ...(operation && (envelope || FRAGMENT.test(operation.local)) ? [field('soap.operation', operation.local)] : []),
    ...faultTexts(operation).map((text) => field('soap.fault', text)),
    ...(envelope ? [field('soap.prefixes', prefixesOf(envelope))] : []),
    ...namespaces.map((uri) => field('soap.namespace', uri)),
  ];
}

/** Prefixes the Envelope declares, its own first. The default namespace has no prefix and is shown as `(default)`. */
function prefixesOf(envelope: XmlNode): string {
  const own = envelope.prefix === '' ? '(default)' : envelope.prefix;
  const declared = Object.keys(envelope.attributes).flatMap((name) => {
    if (name === 'xmlns') return ['(default)'];
    return name.startsWith('xmlns:') ? [name.slice(6)] : [];
  });
  return [...new Set([own, ...declared])].slice(0, MAX_NAMESPACES).join(' ');
}

/** URIs in order of declaration: the Envelope's first, then those only declared further down. */
function declaredNamespaces(envelope: XmlNode): string[] {
  const seen = new Set<string>();
  const visit = (node: XmlNode): void => {
    for (const [name, uri] of Object.entries(node.attributes)) {
      const declares = name === 'xmlns' || name.startsWith('xmlns:');
      if (declares && uri !== '' && seen.size < MAX_NAMESPACES) seen.add(uri);
    }
    node.children.forEach(visit);
  };
  visit(envelope);
  return [...seen];
}

/** Subcodes and reason of a fault (SOAP 1.2), or faultcode and faultstring (1.1); empty for anything else. */
export function faultTexts(operation: XmlNode | undefined): string[] {
  if (operation?.local !== 'Fault') return [];
  const codes = codeChain(findNode(operation, 'Code'));
  const specific = codes.length > 1 ? codes.slice(1) : codes;
  const reason = findNode(operation, 'Reason');
  const reasons = reason ? (reason.children.length > 0 ? reason.children : [reason]).map(({ text }) => text) : [];
  const older = ['faultcode', 'faultstring'].map((name) => findNode(operation, name)?.text ?? '');
  return [...new Set([...specific, ...reasons, ...older])].filter((text) => text !== '').slice(0, MAX_FAULT_TEXTS);
}

/** Value of Code, then of each Subcode inside it. The depth cap of the XML reader bounds the loop. */
function codeChain(code: XmlNode | undefined): string[] {
  const values: string[] = [];
  for (let at = code; at; at = at.children.find(({ local }) => local === 'Subcode')) {
    const value = at.children.find(({ local }) => local === 'Value')?.text;
    if (value) values.push(value);
  }
  return values;
}
