// Runs at CloudFront on each answer with a public file. What a browser would run is
// saved instead; the types that it shows are the same as for links (lambda/upload).
const inline = INLINE_TYPES;

function handler(event) {
  const headers = event.response.headers;
  const type = headers['content-type'] ? headers['content-type'].value : '';
  const shown = inline.includes(type.split(';')[0].trim().toLowerCase());
  headers['content-disposition'] = { value: shown ? 'inline' : 'attachment' };
  return event.response;
}
