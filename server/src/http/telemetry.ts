// What the edge tells about itself: one log event and one span a request, and its metrics. Never paths, queries or credentials.
import { defineLogEvent } from '#telemetry/events.ts';
import { boundedLabel, defineCounter, defineGauge, defineHistogram } from '#telemetry/metrics.ts';
import { defineSpan } from '#telemetry/spans.ts';
import { type CheckedName, checkName } from '#telemetry/values.ts';

export const requestEnded = defineLogEvent('http.request', {
  level: 'info',
  message: 'a request ended',
  fields: {
    route: 'name',
    method: 'name',
    /** 0 when no reply was begun. */
    status: 'number',
    outcome: 'reason',
    refusal: 'name?',
    durationMs: 'duration',
    requestBytes: 'number',
    replyBytes: 'number',
  },
});

export const listening = defineLogEvent('http.listening', {
  level: 'info',
  message: 'listening',
  fields: { purpose: 'name', address: 'address', port: 'number' },
});
export const stopped = defineLogEvent('http.stopped', {
  level: 'info',
  message: 'no requests are taken any more',
  fields: { outcome: 'reason' },
});
export const certificateReplaced = defineLogEvent('http.certificate_replaced', {
  level: 'info',
  message: 'new connections get the renewed certificate',
  fields: { daysLeft: 'number' },
});
export const certificateRefused = defineLogEvent('http.certificate_refused', {
  level: 'error',
  message: 'the changed certificate files are not usable; the certificate in use stays',
  fields: { faults: 'number' },
});

export const requestSpan = defineSpan('http.request', {
  kind: 'server',
  attributes: {
    'http.request.method': 'name',
    'http.route': 'name?',
    'http.response.status_code': 'number?',
  },
});

const routeLabel = boundedLabel(500);

export const requestCount = defineCounter({
  name: 'holdfast_http_requests_total',
  help: 'Requests by route and class of status; none means that the client left before the reply began',
  labels: { route: routeLabel, class: ['none', '2xx', '3xx', '4xx', '5xx'] },
});
export const requestSeconds = defineHistogram({
  name: 'holdfast_http_request_duration_seconds',
  help: 'Time from the head of a request to the end of its reply',
  labels: { route: routeLabel },
});
export const refusalCount = defineCounter({
  name: 'holdfast_http_refusals_total',
  help: 'Requests answered with a problem, by its code',
  labels: { code: boundedLabel(300) },
});

/** Why a connection or a malformed request got no route. */
const CONNECTION_REASONS = [
  'too_many_connections',
  'malformed',
  'headers_too_large',
  'timed_out',
  'tls_failed',
  'connect_method',
] as const;
export type ConnectionReason = (typeof CONNECTION_REASONS)[number];

const connectionRefusals = defineCounter({
  name: 'holdfast_http_connection_refusals_total',
  help: 'Connections and malformed requests that were refused before any route',
  labels: { reason: CONNECTION_REASONS },
});

/** Counts a refusal below the level of requests. */
export function connectionRefused(reason: ConnectionReason): void {
  connectionRefusals.add(1, { reason });
}

let connectionsOpen = 0;
let streamsOpen = 0;
defineGauge({ name: 'holdfast_http_connections_open', help: 'Open connections', read: () => connectionsOpen });
defineGauge({
  name: 'holdfast_http_streams_open',
  help: 'Replies of streaming routes that are under way',
  read: () => streamsOpen,
});

export function connectionsChanged(by: 1 | -1): void {
  connectionsOpen += by;
}

export function streamsChanged(by: 1 | -1): void {
  streamsOpen += by;
}

const METHODS: ReadonlyMap<string, CheckedName> = new Map(
  ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => [method, checkName(method)]),
);
const OTHER_METHOD = checkName('other');

/** The method as telemetry may show it; one that we do not serve is `other`. */
export function methodName(method: string | undefined): CheckedName {
  return METHODS.get(method ?? '') ?? OTHER_METHOD;
}
