// What a browser sees where the console was not built: that the server runs, how to build it, and how to go on in the terminal.
import { markup } from './markup.ts';
import { renderPage, type RenderedPage } from './page.ts';

/** The page of `/` and of the setup link. The link's token stays in the browser: fragments are never sent. */
export function renderWelcomePage(): RenderedPage {
  return renderPage(
    'Holdfast',
    markup`<main>
      <h1>Holdfast is running</h1>
      <p>
        Its console was not built here. In the folder of the source, <code>npm run build</code> builds it; restart the
        server then. The API and the terminal do without.
      </p>
      <section>
        <h2>Not set up yet?</h2>
        <p>
          On the host, run <code>npx holdfast setup</code>. Or send the token of the setup link to
          <code>POST /api/v1/setup</code>.
        </p>
      </section>
      <section>
        <h2>Set up?</h2>
        <ul>
          <li><a href="/api/docs">The API</a>, also as <a href="/api/v1/openapi.json">OpenAPI</a></li>
          <li><a href="/problems">What each error means</a></li>
          <li><a href="/health/status">How the server is</a></li>
          <li><a href="/security">Where to report a weakness</a></li>
        </ul>
      </section>
    </main>`,
  );
}
