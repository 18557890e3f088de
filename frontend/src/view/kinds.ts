/** What a file is shown as. */
export type Kind = 'image' | 'audio' | 'video' | 'pdf' | 'text' | 'archive' | 'sheet' | 'slides' | 'document' | 'file';

const extensions: Partial<Record<Kind, string>> = {
  image: 'png jpg jpeg jfif gif webp avif bmp heic heif svg tif tiff ico raw dng psd',
  audio: 'mp3 m4a aac flac ogg oga opus wav weba mid aiff',
  video: 'mp4 m4v mov webm ogv mkv avi mpg mpeg wmv 3gp',
  pdf: 'pdf',
  text: 'txt md log json xml html htm css js ts csv tsv yaml yml toml ini go py java c h cpp rs sh sql',
  archive: 'zip tar gz tgz bz2 xz 7z rar zst iso dmg',
  sheet: 'xlsx xls ods numbers',
  slides: 'pptx ppt odp key',
  document: 'docx doc odt rtf pages hwp hwpx epub',
};

const kinds = new Map(
  Object.entries(extensions).flatMap(([kind, list]) => list.split(' ').map((ext) => [ext, kind as Kind] as const)),
);

/** The kind of a file by its name: what its picture in a list is. */
export function kindOf(name: string): Kind {
  return kinds.get(/\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '') ?? 'file';
}
