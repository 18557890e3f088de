// What the site's distribution does with a request on the paths of uploads before it
// goes to the bucket: nothing but a PUT passes, without who is signed in to the site.
function handler(event) {
  var request = event.request;
  if (request.method !== 'PUT') {
    return {
      statusCode: 405,
      statusDescription: 'Method Not Allowed',
      headers: { allow: { value: 'PUT' }, 'cache-control': { value: 'no-store' } },
    };
  }
  delete request.headers.authorization;
  request.cookies = {};
  return request;
}
