/** What a server said, short enough for one line and safe to print: the words people need to mend a refusal. Pure; never throws. */
import { z } from 'zod';
import { printable } from '../../probes/text.ts';

const MAX_WORDS = 300;

const shapes = z.object({
  detail: z.unknown().optional(),
  error: z.unknown().optional(),
  errors: z.unknown().optional(),
  message: z.unknown().optional(),
  messages: z.unknown().optional(),
});

/** What is wrong with which field says more than that something is wrong. The message of a JSON error where there is one, else the text of the page; empty where the server said nothing. */
export function serverWords({ json, text }: { readonly json: unknown; readonly text: string }): string {
  const parsed = shapes.safeParse(json);
  const named = parsed.success
    ? [parsed.data.errors, parsed.data.detail, parsed.data.messages, parsed.data.message, parsed.data.error].find(saysSomething)
    : undefined;
  const words = named ?? json ?? withoutTags(text.slice(0, MAX_WORDS * 20));
  return printable((typeof words === 'string' ? words : JSON.stringify(words)).replace(/\s+/g, ' ').trim(), MAX_WORDS);
}

function saysSomething(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== '';
}

function withoutTags(text: string): string {
  return text.includes('<') ? text.replace(/<(style|script)[^>]*>[^<]*<\/\1>/gi, ' ').replace(/<[^<>]*>/g, ' ') : text;
}
