/**
 * Types of the part of dns-packet that codec.ts uses; the package ships none. `decode.bytes` is what the last call of
 * that function consumed, which is how the package reports lengths.
 */
declare module 'dns-packet' {
  interface Reader<T> {
    (bytes: Buffer, offset: number): T;
    bytes: number;
  }
  export const name: { readonly decode: Reader<string> };
  /** Record data readers start at the two length bytes in front of the data. They throw on malformed input. */
  export const ptr: { readonly decode: Reader<string> };
  export const srv: { readonly decode: Reader<{ port: number; target: string }> };
  export const txt: { readonly decode: Reader<Buffer[]> };
  export const a: { readonly decode: Reader<string> };
  export const aaaa: { readonly decode: Reader<string> };
  export function encode(packet: {
    readonly type: 'query' | 'response';
    readonly id?: number;
    readonly flags?: number;
    readonly questions?: readonly { readonly name: string; readonly type: string }[];
    readonly answers?: readonly { readonly name: string; readonly type: string; readonly ttl?: number; readonly data: unknown }[];
    readonly additionals?: readonly { readonly name: string; readonly type: string; readonly ttl?: number; readonly data: unknown }[];
  }): Buffer;
}
