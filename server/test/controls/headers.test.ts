// The controls of TLS and of reply headers turn red when the running server answers otherwise.
import { after, before, describe, it } from 'node:test';
import { Server as TlsServer } from 'node:tls';
import { changeReplies, setHeader } from './replies.ts';
import { assertTurnsRed, type Breakage } from './system.ts';
import { startTlsSystem, type TlsSystem } from './tls-system.ts';

let system: TlsSystem;

/** Certificates that are renewed from now on are served to old clients too, as a careless change of options would do. */
const oldVersions: Breakage = async () => {
  // oxlint-disable-next-line typescript/unbound-method -- put back as it was, and applied to the server it is called on
  const { setSecureContext } = TlsServer.prototype;
  TlsServer.prototype.setSecureContext = function (this: TlsServer, options) {
    Reflect.apply(setSecureContext, this, [{ ...options, minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' }]);
  };
  await system.renew(60);
  return async () => {
    TlsServer.prototype.setSecureContext = setSecureContext;
    await system.renew(60);
  };
};

describe('controls of TLS and of reply headers, on the running system', () => {
  before(async () => {
    system = await startTlsSystem();
  });
  after(() => system[Symbol.asyncDispose]());

  it('TR1 sees a certificate that is about to end', () =>
    assertTurnsRed(system, { id: 'TR1', at: 'certificate' }, async () => {
      await system.renew(5);
      return () => system.renew(60);
    }));

  it('TR1 sees a server that speaks TLS 1.0', () =>
    assertTurnsRed(system, { id: 'TR1', at: 'TLS versions' }, oldVersions));

  it('TR2 sees a server that forgets HSTS where nothing is found', () =>
    assertTurnsRed(
      system,
      { id: 'TR2', at: 'header strict-transport-security' },
      changeReplies((headers, { statusCode }) => {
        if (statusCode === 404) headers.delete('strict-transport-security');
      }),
    ));

  it('TR2 sees a proxy that sends a header of its own beside ours', () =>
    assertTurnsRed(
      system,
      { id: 'TR2', at: 'header strict-transport-security' },
      changeReplies((headers) => {
        headers.set('strict-transport-security', [...(headers.get('strict-transport-security') ?? []), 'max-age=0']);
      }),
    ));

  it('TR3 sees pages that allow inline style', () =>
    assertTurnsRed(
      system,
      { id: 'TR3', at: 'header content-security-policy' },
      changeReplies((headers) => {
        const policies = headers.get('content-security-policy') ?? [];
        headers.set(
          'content-security-policy',
          policies.map((policy) => policy.replace(/style-src [^;]*/, "style-src 'unsafe-inline'")),
        );
      }),
    ));

  // The same header says who may frame a page.
  it('TR3 sees replies without a policy', () =>
    assertTurnsRed(
      system,
      { id: 'TR3', at: 'header content-security-policy', beside: ['TR4'] },
      setHeader('content-security-policy'),
    ));

  it('TR3 sees a nonce that is made once', () =>
    assertTurnsRed(
      system,
      { id: 'TR3', at: 'nonce' },
      changeReplies((headers) => {
        const policies = headers.get('content-security-policy') ?? [];
        headers.set(
          'content-security-policy',
          policies.map((policy) => `${policy}; script-src 'nonce-YSBub25jZSBtYWRlIG9uY2Uh'`),
        );
      }),
    ));

  it('TR4 sees a server that drops nosniff', () =>
    assertTurnsRed(system, { id: 'TR4', at: 'header x-content-type-options' }, setHeader('x-content-type-options')));
});
