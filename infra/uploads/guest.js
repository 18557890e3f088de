// The guests' page has an address without an ending.
function handler(event) {
  if (event.request.uri === '/p') event.request.uri = '/p.html';
  return event.request;
}
