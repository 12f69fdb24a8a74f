// What a client waits for before it sends its body (RFC 9110 section 10.1.1).
import type { IncomingMessage, ServerResponse } from 'node:http';

const waiting = new WeakSet<IncomingMessage>();
const unknown = new WeakSet<IncomingMessage>();

/** Notes that the client sends its body only after 100 Continue. */
export function noteContinue(request: IncomingMessage): void {
  waiting.add(request);
}

/** Notes an expectation that is not 100-continue. */
export function noteUnknownExpectation(request: IncomingMessage): void {
  unknown.add(request);
}

export function isExpectationUnknown(request: IncomingMessage): boolean {
  return unknown.has(request);
}

/** Asks for the body if the client waits to be asked: only where it will be read. */
export function askForBody(request: IncomingMessage, response: ServerResponse): void {
  if (waiting.delete(request)) response.writeContinue();
}
