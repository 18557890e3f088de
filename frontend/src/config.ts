import { readSettings } from './settings.ts';

/** How a site looks to its people. */
export interface Brand {
  name?: string;
  /** Address of a picture. */
  logo?: string;
  /** `#rrggbb`, of what is to be pressed first. */
  color?: string;
  /** In place of our own words for whoever has not signed in. */
  welcome?: string;
}

/** Settings of the site, from config.json: written by the deployment, or served by `signet dev`. */
export interface SiteConfig {
  /** The site's name, shown in the header. */
  name: string;
  /** Base address of the API, such as `/api`. */
  api: string;
  auth: {
    /** OpenID Connect issuer; its discovery document is under /.well-known/openid-configuration. */
    issuer: string;
    clientId: string;
    /** Space-separated. */
    scope: string;
    /** Cognito's /logout address, for issuers whose discovery names no end_session_endpoint. */
    logout?: string;
  };
  /** Bytes. */
  maxObjectSize: number;
  /** Files in one presign call. */
  maxFiles: number;
  /** Media types and `image/*` patterns. */
  allowedTypes: string[];
  /** Links can be made, by which others read and upload. */
  passes?: boolean;
  /** How the site looks; what is left out stays as it is. */
  brand?: Brand;
  /** Whether there are spaces beside each caller's own files. */
  spaces?: boolean;
  /** Whether there is a quota anywhere. */
  quota?: boolean;
}

/** Reads config.json beside the page. */
export async function loadConfig(): Promise<SiteConfig> {
  return parseConfig(await readSettings());
}

/** Checks every field, so that a bad deployment is told by name and not by a blank page. */
export function parseConfig(json: unknown): SiteConfig {
  const root = record(json, 'config.json');
  const auth = record(root.auth, 'auth');
  return {
    name: text(root.name, 'name'),
    api: text(root.api, 'api').replace(/\/+$/, ''),
    auth: {
      issuer: text(auth.issuer, 'auth.issuer'),
      clientId: text(auth.clientId, 'auth.clientId'),
      scope: auth.scope === undefined ? 'openid' : text(auth.scope, 'auth.scope'),
      ...(auth.logout ? { logout: text(auth.logout, 'auth.logout') } : {}),
    },
    maxObjectSize: count(root.maxObjectSize, 'maxObjectSize'),
    maxFiles: count(root.maxFiles, 'maxFiles'),
    allowedTypes: list(root.allowedTypes, 'allowedTypes'),
    ...(root.passes === true ? { passes: true } : {}),
    ...(root.brand === undefined ? {} : { brand: brandOf(root.brand) }),
    ...(root.spaces === true ? { spaces: true } : {}),
    ...(root.quota === true ? { quota: true } : {}),
  };
}

function brandOf(value: unknown): Brand {
  const brand = record(value, 'brand');
  const fields = ['name', 'logo', 'color', 'welcome'].filter((field) => brand[field] !== undefined);
  return Object.fromEntries(fields.map((field) => [field, text(brand[field], `brand.${field}`)]));
}

function record(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(field, value, 'an object');
  return value as Record<string, unknown>;
}

function text(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') throw bad(field, value, 'text');
  return value;
}

function count(value: unknown, field: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 1) throw bad(field, value, 'a whole number from 1');
  return value as number;
}

function list(value: unknown, field: string): string[] {
  if (!Array.isArray(value) || value.length === 0) throw bad(field, value, 'a list of text');
  return value.map((item) => text(item, field));
}

function bad(field: string, value: unknown, want: string): Error {
  return new Error(`config.json, ${field}: got ${JSON.stringify(value)}, want ${want}: correct the deployment`);
}
