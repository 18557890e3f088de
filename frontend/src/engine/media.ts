/** Types of files that browsers leave empty on one system or another. https://www.iana.org/assignments/media-types */
const types: Record<string, string> = {
  '7z': 'application/x-7z-compressed',
  avif: 'image/avif',
  csv: 'text/csv',
  dng: 'image/x-adobe-dng',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  flac: 'audio/flac',
  gz: 'application/gzip',
  heic: 'image/heic',
  heif: 'image/heif',
  hwp: 'application/x-hwp',
  m4a: 'audio/mp4',
  md: 'text/markdown',
  mkv: 'video/x-matroska',
  mov: 'video/quicktime',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  rar: 'application/vnd.rar',
  tar: 'application/x-tar',
  tsv: 'text/tab-separated-values',
  webp: 'image/webp',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  zip: 'application/zip',
};

/** The media type of a file: what the browser says, else what its name's ending tells; empty when neither does. */
export function mediaType(name: string, said: string): string {
  const ending = /\.([A-Za-z0-9]+)$/.exec(name)?.[1] ?? '';
  return said || (types[ending.toLowerCase()] ?? '');
}
