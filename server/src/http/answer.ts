// Takes one request to what answers it: a route, a stream, a page, or the refusal of a path or method that is none.
import { kernelErrors } from '#kernel/errors.ts';
import type { Door } from './door.ts';
import { announcesBody, type Exchange } from './exchange.ts';
import { isExpectationUnknown } from './expectations.ts';
import { toOriginForm } from './host.ts';
import { answerPage } from './answer-page.ts';
import { answerRoute } from './answer-route.ts';
import { answerStream } from './answer-stream.ts';
import { answerUnknown } from './answer-unknown.ts';
import { demandSingleHeaders } from './single-headers.ts';

/** Throws what the reply must say; the caller renders it. */
export async function answer(door: Door, exchange: Exchange): Promise<void> {
  const { request, response, path, progress } = exchange;
  if (door.isStopping()) throw kernelErrors['server.stopping']({ headers: { 'retry-after': '2' } });
  demandSingleHeaders(request.rawHeaders);
  if (isExpectationUnknown(request)) throw kernelErrors['request.expectation']();
  const visit = door.receive(exchange);
  demandNoStrayBody(exchange);
  progress.isAccepted = true;
  // The host of an absolute target was judged above; the framework matches what stands here.
  request.url = toOriginForm(request.url ?? '');
  const { endpoint, params, query } = await door.router.find(request, response);
  if (endpoint === undefined) return answerUnknown(door, exchange, visit, door.router.methodsOf(path));
  progress.route = endpoint.name;
  switch (endpoint.kind) {
    case 'route':
      return answerRoute(door, exchange, visit, { route: endpoint.route, params, query });
    case 'stream':
      return answerStream(door, exchange, visit, { stream: endpoint.stream, params, query });
    case 'page':
      return answerPage(door, exchange, visit, { page: endpoint.page, params });
  }
}

/** RFC 9110 section 9.3.1: the content of a GET means nothing, and intermediaries disagree about where it ends. */
function demandNoStrayBody({ request }: Exchange): void {
  const { method } = request;
  if ((method === 'GET' || method === 'HEAD' || method === 'OPTIONS') && announcesBody(request))
    throw kernelErrors['request.malformed']({ detail: `A ${method} carries no body.` });
}
