// What is asked and answered in the gateway benchmark: sizes and pace of an ordinary chat.

export const MODEL = 'bench-model';
/** A pace of 40 tokens a second, for a second and a quarter. */
export const PACE_MS = 25;
export const FRAMES = 50;

const QUESTION = 'Summarize the meeting in three sentences and name who does what until when. '.repeat(20);
const ANSWER = 'The team moved the release to Thursday, and Olga writes the notes until then. '.repeat(10);

/** About 1.6 kB, as a short prompt with a system message is. */
export function chatBody(streams: boolean): string {
  return JSON.stringify({
    model: MODEL,
    messages: [
      { role: 'system', content: 'You are a careful assistant.' },
      { role: 'user', content: QUESTION },
    ],
    temperature: 0.2,
    ...(streams ? { stream: true, stream_options: { include_usage: true } } : {}),
  });
}

const shared = { id: 'chatcmpl-bench', created: 1_700_000_000, model: MODEL };
const usage = { prompt_tokens: 311, completion_tokens: 160, total_tokens: 471 };

/** About 1 kB. */
export const COMPLETION = JSON.stringify({
  ...shared,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: ANSWER }, finish_reason: 'stop' }],
  usage,
});

/** One token, about 180 bytes. */
export function frameText(): string {
  return event({
    ...shared,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content: ' word' }, finish_reason: null }],
  });
}

/** The usage and the end mark. */
export const LAST_FRAMES = `${event({ ...shared, object: 'chat.completion.chunk', choices: [], usage })}data: [DONE]\n\n`;

/** Events a client sees in a whole stream. */
export const EVENTS = FRAMES + 2;

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
