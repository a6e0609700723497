import type { TcpReply, TcpRequest } from '../../../probes/transport.ts';
import type { FakeWorld, TcpScript } from '../fake-context.ts';

/** Path of a request as it went over the wire. */
export function pathOf(request: TcpRequest): string {
  return /^\S+ (\S+) /.exec(Buffer.from(request.send).toString('latin1'))?.[1] ?? '';
}

/** `http|https port path` of a request. */
export function targetOf(request: TcpRequest): string {
  return `${request.tls === true ? 'https' : 'http'} ${request.port} ${pathOf(request)}`;
}

export function page(body: string, headers: readonly string[] = [], status = '200 OK'): string {
  return [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

export function redirect(location: string): string {
  return page('', [`Location: ${location}`], '302 Found');
}

/** Answers by `http 80 /path` (or by path alone); what is not listed is a stock 404, other ports refuse. */
export function site(answers: Readonly<Record<string, TcpScript>>, openPorts: readonly number[] = [80]): NonNullable<FakeWorld['tcp']> {
  return (request) => {
    if (!openPorts.includes(request.port)) return 'refused';
    return (
      answers[targetOf(request)] ??
      answers[pathOf(request)] ??
      page(`<h1>404 Not Found</h1>The file ${pathOf(request)} is missing.`, [], '404 Not Found')
    );
  };
}

/** Delivers bytes one at a time, as a device that dribbles: stops where the probe has enough, else at the deadline. */
export function dribble(request: TcpRequest, content: string): TcpReply {
  const bytes = Buffer.from(content, 'latin1');
  for (let length = 1; length <= bytes.length; length++) {
    const received = bytes.subarray(0, length);
    if (request.until?.(received) === true) return { reach: 'answered', bytes: received, ended: 'complete' };
    if (length >= (request.maxBytes ?? 65_536)) return { reach: 'answered', bytes: received, ended: 'cap' };
  }
  return { reach: 'answered', bytes, ended: 'deadline' };
}
