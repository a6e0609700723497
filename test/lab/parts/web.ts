/** Building blocks of HTTP answers that no firmware owns: pages, redirects, refusals. Host data stay short through them. */
import type { HttpAnswer, HttpRoute } from '../host.ts';

/** 200 with these header lines (before type and length) and this page. */
export function page(headers: readonly string[], body: string, type = 'text/html'): HttpAnswer {
  return answer('200 OK', [...headers, `Content-Type: ${type}`], body);
}

export function answer(status: string, headers: readonly string[], body = ''): HttpAnswer {
  return { head: [`HTTP/1.1 ${status}`, ...headers, 'Content-Length: {{length}}'].join('\n'), body };
}

export function redirect(headers: readonly string[], location: string): HttpAnswer {
  return answer('302 Found', [...headers, `Location: ${location}`, 'Content-Type: text/html'], '');
}

export function notFound(headers: readonly string[]): HttpAnswer {
  return answer(
    '404 Not Found',
    [...headers, 'Content-Type: text/html'],
    '<html><head><title>404 Not Found</title></head><body>Not Found</body></html>',
  );
}

export function titled(title: string, body = ''): string {
  return `<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>${title}</title>\n</head>\n<body>\n${body}\n</body>\n</html>\n`;
}

/** A route for one path. */
export function at(path: string, routeAnswer: HttpAnswer): HttpRoute {
  return { path, answer: routeAnswer };
}

export const XML_TYPE = 'text/xml; charset="utf-8"';

/** A UPnP device description (UDA 1.1 section 2.3) from its leaf elements, in order. */
export function upnpDescription(headers: readonly string[], fields: readonly (readonly [name: string, value: string])[]): HttpAnswer {
  const leaves = fields.map(([name, value]) => `<${name}>${value}</${name}>`).join('\n');
  const root = 'xmlns="urn:schemas-upnp-org:device-1-0"';
  const version = '<specVersion>\n<major>1</major>\n<minor>0</minor>\n</specVersion>';
  return page(headers, `<?xml version="1.0"?>\n<root ${root}>\n${version}\n<device>\n${leaves}\n</device>\n</root>\n`, XML_TYPE);
}
