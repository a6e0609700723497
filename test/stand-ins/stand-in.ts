/** An HTTP server on loopback that behaves like a system's API and fails when told to. Each system's rules are in its own folder. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface StandInRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  readonly text: string;
}

export interface StandInAnswer {
  readonly status: number;
  readonly json: unknown;
}

/** `cut`: the request is carried out, and the connection dies before the answer. The others do not carry it out. */
export const FAILURES = ['401', '409', '429', '500', 'time-out', 'cut'] as const;
export type Failure = (typeof FAILURES)[number] | '403';

export interface StandIn {
  readonly url: string;
  /** Every request since the last `forget`, those that failed too. */
  readonly log: StandInRequest[];
  /** The request with this number from now on (1 is the next) fails so. */
  failAt(number: number, failure: Failure): void;
  forget(): void;
  close(): Promise<void>;
}

export async function startStandIn(handle: (request: StandInRequest) => StandInAnswer): Promise<StandIn> {
  const sockets = new Set<Socket>();
  const log: StandInRequest[] = [];
  let ordered: { readonly at: number; readonly failure: Failure } | undefined;
  let count = 0;
  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await read(message);
    log.push(request);
    count += 1;
    const failure = ordered?.at === count ? ordered.failure : undefined;
    if (failure !== undefined) ordered = undefined;
    if (failure === 'time-out') return;
    if (failure === 'cut') {
      handle(request);
      message.socket.destroy();
      return;
    }
    const { status, json } =
      failure === undefined ? handle(request) : { status: Number(failure), json: { message: `told to fail: ${failure}` } };
    response.writeHead(status, { 'content-type': 'application/json', ...(status === 429 ? { 'retry-after': '7' } : {}) });
    response.end(JSON.stringify(json));
  };
  const server = createServer((message, response) => {
    answer(message, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    log,
    failAt(number, failure) {
      ordered = { at: count + number, failure };
    },
    forget() {
      log.length = 0;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function read(message: IncomingMessage): Promise<StandInRequest> {
  message.setEncoding('utf8');
  const parts: string[] = [];
  for await (const part of message) parts.push(String(part));
  const url = new URL(message.url ?? '/', 'http://127.0.0.1');
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  const text = parts.join('');
  return { method: message.method ?? '', path: decodeURI(url.pathname), query: url.searchParams, headers, body: parse(text), text };
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
