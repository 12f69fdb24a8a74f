// What called with a key, in our own words: nothing of what a caller sent is stored or shown.
import { describeDevice } from '#modules/identity.ts';

/** The first that fits. */
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/^(?:Async)?(?:Azure)?OpenAI\/Python\b/, 'openai-python'],
  [/^(?:Azure)?OpenAI\/JS\b/, 'openai-node'],
  [/^OpenAI\/Go\b/, 'openai-go'],
  [/^OpenAI\/Java\b/, 'openai-java'],
  [/^OpenAI\/Ruby\b/, 'openai-ruby'],
  [/^OpenAI\/(?:\.NET|NET|CSharp)/, 'openai-dotnet'],
  [/^(?:Async)?Anthropic\/Python\b/, 'anthropic-python'],
  [/^Anthropic\/JS\b/, 'anthropic-node'],
  [/\blitellm\b/i, 'litellm'],
  [/\blangchain/i, 'langchain'],
  [/^python-httpx\//, 'python-httpx'],
  [/^python-requests\//, 'python-requests'],
  [/^Python-urllib\//, 'python-urllib'],
  [/\baiohttp\//, 'python-aiohttp'],
  [/^axios\//, 'axios'],
  [/^(?:node|undici|node-fetch)\b/, 'node'],
  [/^Deno\//, 'deno'],
  [/^Bun\//, 'bun'],
  [/^Go-http-client\//, 'go'],
  [/^(?:Java|okhttp|Apache-HttpClient)\b/, 'java'],
  [/^(?:reqwest|ureq)\b/, 'rust'],
  [/^PostmanRuntime\//, 'Postman'],
  [/^Wget\//, 'wget'],
  [/^curl\//, 'curl'],
];

/** User agents that come again and again; a flood of new ones makes it forget, not grow. */
const described = new Map<string, string>();
const DESCRIBED_MAX = 1_000;

/** Such as `openai-python`, `Firefox on Linux`, `a program that we do not know`. */
export function describeClient(userAgent: string): string {
  const known = described.get(userAgent);
  if (known !== undefined) return known;
  const text = wordsFor(userAgent);
  if (described.size >= DESCRIBED_MAX) described.clear();
  described.set(userAgent, text);
  return text;
}

function wordsFor(userAgent: string): string {
  if (userAgent === '') return 'a program that does not say';
  return PROGRAMS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? describeDevice(userAgent);
}
