/**
 * XML out of hostile bytes, with the caps of design section 9: no DTD, no entities beyond the five, bounded depth, nodes
 * and text. Cameras truncate and garble, so a broken document yields the part before the fault, never an exception.
 */
import { SaxesParser } from 'saxes';

export interface XmlNode {
  /** Name as written, with its prefix. */
  readonly name: string;
  readonly local: string;
  readonly prefix: string;
  readonly namespace: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  /** Own text, trimmed; without that of children. */
  readonly text: string;
}

export interface XmlDocument {
  readonly root: XmlNode | undefined;
  /** False when the document broke off, was malformed, or hit a cap. */
  readonly complete: boolean;
  readonly problem?: string | undefined;
}

export interface XmlLimits {
  readonly maxLength: number;
  readonly maxDepth: number;
  readonly maxNodes: number;
  readonly maxTextLength: number;
}

export const XML_LIMITS: XmlLimits = { maxLength: 262_144, maxDepth: 40, maxNodes: 4000, maxTextLength: 65_536 };

/** Namespaces an element declares itself, and those around it: copied into each child, they would cost their square. */
interface Scope {
  readonly uris: ReadonlyMap<string, string>;
  readonly outer: Scope | undefined;
}

interface Building {
  name: string;
  local: string;
  prefix: string;
  attributes: Record<string, string>;
  scope: Scope | undefined;
  namespace: string;
  children: XmlNode[];
  text: string;
}

class Stop extends Error {}

/** Parses text that may start with junk (a BOM, a binary prefix, NULs). Linear in its length, at most `limits.maxLength`. */
export function parseXml(input: string, limits: XmlLimits = XML_LIMITS): XmlDocument {
  const start = input.search(/<[A-Za-z_?!]/);
  if (start < 0) return { root: undefined, complete: false, problem: 'no element' };
  const text = withoutTrailingNuls(input.slice(start, start + limits.maxLength));

  const stack: Building[] = [];
  let root: XmlNode | undefined;
  let nodes = 0;
  let textLength = 0;
  let problem: string | undefined;

  const stop = (why: string): never => {
    problem ??= why;
    throw new Stop(why);
  };
  const close = (): void => {
    const done = stack.pop();
    if (!done) return;
    const node = finish(done);
    const parent = stack.at(-1);
    if (parent) parent.children.push(node);
    else root ??= node;
  };

  const parser = new SaxesParser({ xmlns: false, position: false });
  // Undefined entities, mismatched tags and the like: saxes reports and would go on; we keep what came before.
  parser.on('error', (error) => stop(error.message));
  parser.on('doctype', () => stop('document type declaration'));
  parser.on('opentag', (tag) => {
    if (++nodes > limits.maxNodes) stop('too many elements');
    if (stack.length >= limits.maxDepth) stop('too deep');
    stack.push(open(tag.name, tag.attributes, stack.at(-1)));
  });
  parser.on('text', (chunk) => {
    const top = stack.at(-1);
    if (!top) return;
    textLength += chunk.length;
    if (textLength > limits.maxTextLength) stop('too much text');
    top.text += chunk;
  });
  parser.on('cdata', (chunk) => {
    const top = stack.at(-1);
    if (!top) return;
    textLength += chunk.length;
    if (textLength > limits.maxTextLength) stop('too much text');
    top.text += chunk;
  });
  parser.on('closetag', close);

  try {
    parser.write(text);
    if (stack.length > 0) problem ??= 'document breaks off';
    else if (text.length >= limits.maxLength) problem ??= 'too long';
  } catch (error) {
    problem ??= error instanceof Error ? error.message : 'malformed';
  }
  while (stack.length > 0) close();
  return { root, complete: problem === undefined && root !== undefined, problem };
}

/** By hand: a pattern for it would try every run of NULs inside the text anew, which is their square. */
function withoutTrailingNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return text.slice(0, end);
}

function open(name: string, attributes: Record<string, string>, parent: Building | undefined): Building {
  const own = Object.entries(attributes).filter(([key]) => key === 'xmlns' || key.startsWith('xmlns:'));
  const uris = (): Scope['uris'] => new Map(own.map(([key, uri]) => [key === 'xmlns' ? '' : key.slice(6), uri]));
  const scope = own.length === 0 ? parent?.scope : { uris: uris(), outer: parent?.scope };
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  return {
    name,
    prefix,
    local: colon < 0 ? name : name.slice(colon + 1),
    attributes,
    scope,
    namespace: namespaceOf(prefix, scope),
    children: [],
    text: '',
  };
}

/** At most as many steps as the document is deep. */
function namespaceOf(prefix: string, scope: Scope | undefined): string {
  for (let at = scope; at; at = at.outer) {
    const uri = at.uris.get(prefix);
    if (uri !== undefined) return uri;
  }
  return '';
}

function finish({ name, local, prefix, namespace, attributes, children, text }: Building): XmlNode {
  return { name, local, prefix, namespace, attributes, children, text: text.trim() };
}

/** First descendant (or the node itself) with this local name, in document order. */
export function findNode(node: XmlNode | undefined, local: string): XmlNode | undefined {
  if (!node) return undefined;
  if (node.local === local) return node;
  for (const child of node.children) {
    const found = findNode(child, local);
    if (found) return found;
  }
  return undefined;
}

/** All descendants with this local name, in document order. */
export function findNodes(node: XmlNode | undefined, local: string): XmlNode[] {
  if (!node) return [];
  const below = node.children.flatMap((child) => findNodes(child, local));
  return node.local === local ? [node, ...below] : below;
}

/** Every element without children that has text, in document order. */
export function leaves(node: XmlNode | undefined): XmlNode[] {
  if (!node) return [];
  if (node.children.length === 0) return node.text === '' ? [] : [node];
  return node.children.flatMap(leaves);
}

/** Text of the first descendant with this local name; undefined when absent or empty. */
export function textAt(node: XmlNode | undefined, local: string): string | undefined {
  const text = findNode(node, local)?.text;
  return text === '' ? undefined : text;
}
