// The page of an application with a login of its own: the server gives it a pass, and is told by events what has come.
const upload = document.querySelector('signet-upload');
const list = document.querySelector('ul');

const { base, pass } = await (await fetch('/pass', { method: 'POST' })).json();
upload.setAttribute('base', base);
upload.settings = { pass };

async function show() {
  const files = await (await fetch('/files')).json();
  const lines = files.map(({ name, size }) => `${name}, ${size} bytes`);
  list.replaceChildren(...lines.map((line) => Object.assign(document.createElement('li'), { textContent: line })));
}

upload.addEventListener('signet-stored', ({ detail }) => console.log('stored', detail.key));
setInterval(show, 1000);
