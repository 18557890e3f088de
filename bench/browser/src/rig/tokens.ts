import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

interface Grant {
  access_token: string;
  refresh_token: string;
  /** Seconds. */
  expires_in: number;
}

/** Milliseconds before its end at which a token is renewed ahead of time. */
const MARGIN = 3_000;

/**
 * A signed-in user at the local provider, as the site is: authorization code with PKCE, then refresh tokens. It renews
 * its token ahead of time, until `lapse` makes it hand out one that has run out.
 */
export class Session {
  #grant: Grant;
  #end: number;
  #lapsed = false;
  #renewing: Promise<string> | undefined;

  private constructor(
    private readonly site: string,
    grant: Grant,
  ) {
    this.#grant = grant;
    this.#end = Date.now() + grant.expires_in * 1000;
  }

  static async signIn(site: string, user: string): Promise<Session> {
    const verifier = randomBytes(32).toString('base64url');
    const redirect = { client_id: 'signet', redirect_uri: `${site}/` };
    const choice = new URLSearchParams({
      ...redirect,
      response_type: 'code',
      scope: 'openid offline_access',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      user,
    });
    const answer = await fetch(`${site}/oidc/authorize`, { method: 'POST', body: choice, redirect: 'manual' });
    const code = new URL(answer.headers.get('location') ?? site).searchParams.get('code');
    if (!code) throw new Error(`got ${answer.status} and no code from the provider, want a redirect with one`);
    const proof = { ...redirect, grant_type: 'authorization_code', code, code_verifier: verifier };
    return new Session(site, await grant(site, proof));
  }

  /** The current token. */
  async token(): Promise<string> {
    // A provider that is down for a moment leaves the token as it is; the page will hear of it and ask again.
    if (!this.#lapsed && Date.now() > this.#end - MARGIN) return this.renew().catch(() => this.#grant.access_token);
    return this.#grant.access_token;
  }

  /** A new token, after the current one was refused. */
  renew(): Promise<string> {
    this.#renewing ??= this.#refresh().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** Waits until the current token has run out, which is then handed out until `renew`. */
  async lapse(): Promise<void> {
    this.#lapsed = true;
    // A token holds to the end of its last second.
    await sleep(Math.max(0, this.#end - Date.now()) + 1000);
  }

  async #refresh(): Promise<string> {
    this.#grant = await grant(this.site, {
      client_id: 'signet',
      grant_type: 'refresh_token',
      refresh_token: this.#grant.refresh_token,
    });
    this.#end = Date.now() + this.#grant.expires_in * 1000;
    this.#lapsed = false;
    return this.#grant.access_token;
  }
}

async function grant(site: string, form: Record<string, string>): Promise<Grant> {
  const answer = await fetch(`${site}/oidc/token`, { method: 'POST', body: new URLSearchParams(form) });
  if (!answer.ok) throw new Error(`got ${answer.status} from the provider's token endpoint, want tokens`);
  return (await answer.json()) as Grant;
}
