# What the server of an application needs to know, out of the line that `signet dev --json` prints.
"SIGNET_API=\(.api)",
"SIGNET_BACKEND=\(.api)/backend",
"SIGNET_SECRET=\(.eventsSecret)",
"AWS_REGION=\(.backend.region)",
"AWS_ACCESS_KEY_ID=\(.backend.accessKeyId)",
"AWS_SECRET_ACCESS_KEY=\(.backend.secretAccessKey)"
