// Swagger UI of our own description. Its validator would be a server elsewhere.
SwaggerUIBundle({
  url: '/api/openapi.json',
  domNode: document.querySelector('#reference'),
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
