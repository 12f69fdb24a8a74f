// The limits of the configuration as the kernel takes them.
import type { Config } from '#config.ts';
import type { LimitTable } from '#kernel/kernel.ts';
import type { Limit } from '#kernel/limits/limits.ts';

/** A minute's calls may come at once; after that they come at their pace. */
function perMinute(calls: number): Limit {
  return { perMinute: calls, burst: calls };
}

/** ID3: five wrong passwords a minute for an account at one address, twenty for an address, unless configured lower. */
export function signInFailuresOf({ ratesPerMinute }: Config['limits']) {
  return {
    account: perMinute(ratesPerMinute.failuresPerAccount),
    address: perMinute(ratesPerMinute.failuresPerAddress),
  };
}

export function limitTableOf({ ratesPerMinute }: Config['limits']): LimitTable {
  return {
    read: perMinute(ratesPerMinute.read),
    write: perMinute(ratesPerMinute.write),
    sign_in: perMinute(ratesPerMinute.sign_in),
    model: perMinute(ratesPerMinute.model),
    expensive: perMinute(ratesPerMinute.expensive),
    address: perMinute(ratesPerMinute.address),
    failed_credentials: perMinute(ratesPerMinute.failuresPerAddress),
    api_key: perMinute(ratesPerMinute.apiKey),
    organization: perMinute(ratesPerMinute.organization),
    global: perMinute(ratesPerMinute.global),
  };
}
