// One request for each way a reply comes about: pages, JSON, refusals, errors, paths that do not exist.
import type { HttpRequest } from '@holdfast/controls/probes/http.ts';

export const pagesOfEveryKind: readonly HttpRequest[] = [
  { path: '/' },
  // Of the console: pages with a nonce, and a file that is not there.
  { path: '/sign-in' },
  { path: '/assets/none.js' },
  { path: '/health/live' },
  { path: '/api/docs' },
  { path: '/api/v1/openapi.json' },
  { path: '/.well-known/security.txt' },
  // Nobody is signed in.
  { path: '/api/v1/session' },
  { path: '/v1/models' },
  { path: '/nowhere' },
  { path: '/api/v1/nowhere' },
  // No JSON.
  { method: 'POST', path: '/api/v1/session', headers: [['Content-Type', 'application/json']], body: '{' },
  // No such method here.
  { method: 'PUT', path: '/health/live' },
  // Which methods there are.
  { method: 'OPTIONS', path: '/api/v1/session' },
];
