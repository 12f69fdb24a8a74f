// Where to report a weakness: the page that security.txt names as the disclosure policy of this installation (SC2).
import { markup, type Markup } from './markup.ts';
import { renderPage, type RenderedPage } from './page.ts';

export type SecurityFacts = {
  /** A mailto: or https: address of the operator, if one was configured. */
  readonly contact: string | undefined;
  /** Where the operator's OpenPGP key for reports is. */
  readonly keyUrl: string | undefined;
};

/** What this says about the software is what SECURITY.md says. */
export function renderSecurityPage({ contact, keyUrl }: SecurityFacts): RenderedPage {
  return renderPage(
    'Report a weakness',
    markup`<main>
      <h1>Report a weakness</h1>
      <p>Please report privately and give us time to mend it before you tell others.</p>
      <section>
        <h2>In this installation</h2>
        ${operator(contact)}
        ${keyUrl === undefined ? [] : markup`<p>Encrypt the report with this <a href="${keyUrl}">OpenPGP key</a>.</p>`}
      </section>
      <section>
        <h2>In the software</h2>
        <p>
          Holdfast itself takes reports by a private advisory, as its <code>SECURITY.md</code> says. A person answers within
          72 hours, with an assessment and a date for the fix within a week. The reporter hears before anything is published
          and is credited, if they like.
        </p>
      </section>
      <section>
        <h2>What helps</h2>
        <ul>
          <li>What you found, how to see it, and which release (<code>holdfast version</code>).</li>
          <li>A proof that touches no data of other people; one on an installation of your own is enough.</li>
        </ul>
        <p>The machine-readable form of this page is <a href="/.well-known/security.txt">security.txt</a>.</p>
      </section>
    </main>`,
  );
}

function operator(contact: string | undefined): Markup {
  if (contact !== undefined) return markup`<p>Tell its operator: <a href="${contact}">${contact}</a>.</p>`;
  return markup`<p>
    Tell its operator: whoever gave you its address or your account. The operator has named no address for reports here
    (<code>HOLDFAST_SECURITY_CONTACT</code>).
  </p>`;
}
