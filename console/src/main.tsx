// The console begins: the nonce of this page for every style that is made, the design language, the pages.
import '@mantine/core/styles.css';
import './styles.css';
import { MantineProvider } from '@mantine/core';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { isProblem } from './api/problem.ts';
import { sessionQuery, switchedQuery } from './api/session.ts';
import { createConsoleRouter } from './shell/router.tsx';
import { StepUp } from './shell/step-up.tsx';
import { resolveColors, theme } from './ui/theme.ts';
import { ToastCorner } from './ui/toast-corner.tsx';
import { say } from './ui/toasts.ts';

declare module '@tanstack/react-query' {
  interface Register {
    readonly mutationMeta: {
      /** What is said when it is done; null where the page itself changes so that everybody notices. */
      readonly done?: string | null | ((reply: unknown) => string | undefined);
    };
  }
}

/** Passkeys belong to a host name: a page that was reached by a loopback address moves to the name. */
function moveToName(): boolean {
  const { hostname, port, pathname, search, hash, protocol } = window.location;
  if (hostname !== '127.0.0.1' && hostname !== '[::1]') return false;
  window.location.replace(`${protocol}//localhost${port === '' ? '' : `:${port}`}${pathname}${search}${hash}`);
  return true;
}

function begin(): void {
  const nonce = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  setNonce(nonce);
  // What any call may be told: the session ended elsewhere, or went to another organization in another tab.
  const notice = (error: unknown): void => {
    if (isProblem(error, 'auth.invalid') || isProblem(error, 'auth.required'))
      client.setQueryData(sessionQuery.queryKey, null);
    if (isProblem(error, 'auth.organization_mismatch')) client.setQueryData(switchedQuery.queryKey, true);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: notice }),
    mutationCache: new MutationCache({
      onError: notice,
      onSuccess: (reply, _given, _kept, { meta }) => {
        const words = typeof meta?.done === 'function' ? meta.done(reply) : meta?.done;
        if (typeof words === 'string') say(words);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // What was refused is refused again; what nobody answered may be answered a moment later.
        retry: (failures, error) => failures < 2 && isProblem(error) && (error.status === 0 || error.status === 503),
      },
    },
  });
  const router = createConsoleRouter(client);
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no place for the console');
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        cssVariablesResolver={resolveColors}
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
          <StepUp />
          <ToastCorner />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

if (!moveToName()) begin();
