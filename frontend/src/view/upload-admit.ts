import type { SiteConfig } from '../config.ts';
import type { SourceFile } from '../engine/index.ts';
import type { Explanation } from '../explain.ts';
import type { I18n } from '../i18n/index.ts';

/** What a configuration lets in. */
type Rules = Pick<SiteConfig, 'allowedTypes' | 'maxObjectSize'>;

/** Why a file is not even sent; undefined: it is. The service would say the same of it, later. */
export function refusal(file: SourceFile, rules: Rules, i18n: I18n): Explanation | undefined {
  const { t } = i18n;
  const { size } = file.body;
  if (size > rules.maxObjectSize) {
    const values = { size: i18n.bytes(size), max: i18n.bytes(rules.maxObjectSize) };
    return { detail: t('fileTooLarge', values), advice: t('adviceTooLarge'), code: 'EntityTooLarge' };
  }
  if (rules.allowedTypes.some((allowed) => covers(allowed, file.type))) return undefined;
  const values = { type: file.type || '?', allowed: rules.allowedTypes.join(', ') };
  return { detail: t('fileTypeRefused', values), advice: t('adviceType'), code: 'TypeForbidden' };
}

function covers(allowed: string, type: string): boolean {
  if (allowed === '*/*') return true;
  const [plain = ''] = type.toLowerCase().split(';');
  const wanted = allowed.toLowerCase();
  return wanted.endsWith('/*') ? plain.startsWith(wanted.slice(0, -1)) : plain.trim() === wanted;
}
