/**
 * Answers ONVIF SOAP requests from a table of operations, in the envelope of the firmware. Reads only the name of the
 * operation; anything that is not a question (Get…) is noted, and so is a UsernameToken.
 */
import type { HttpAnswer, SoapAnswers } from '../host.ts';
import type { Stage } from '../stage.ts';

export function answerSoap(soap: SoapAnswers, request: string, port: number, stage: Stage): HttpAnswer {
  const operation = /<(?:[\w.-]+:)?Body[^>]*>\s*<(?:[\w.-]+:)?(\w+)/.exec(request)?.[1] ?? '';
  if (/UsernameToken/.test(request)) stage.violation('credentials', port, `UsernameToken with ${operation}`);
  if (operation !== '' && !operation.startsWith('Get')) stage.violation('state-change', port, operation);
  const prefix = /^<([\w-]+):Envelope/.exec(soap.envelope)?.[1] ?? 'env';
  const wrap = (body: string): string =>
    `<?xml version="1.0" encoding="UTF-8"?>\n${soap.envelope}<${prefix}:Body>${body}</${prefix}:Body>\n</${prefix}:Envelope>\n`;
  const answer = soap.operations[operation];
  return answer === undefined ? { head: soap.refusedHead, body: wrap(soap.refused) } : { head: soap.head, body: wrap(answer) };
}
