// Who is signed in: on your machine whom `signet dev --json > ready.json` names. In production it is your own sign-in.
const upload = document.querySelector('signet-upload');
upload.settings = { token: async () => (await (await fetch('ready.json')).json()).token };
upload.addEventListener('signet-stored', ({ detail }) => console.log('stored', detail.key));
