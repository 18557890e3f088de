// An Express server that takes events as the README shows it. It prints the port it
// listens on, and then each event: its id and what it says.
import express from "express";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.SECRET);
const app = express();

app.post("/hooks/signet", express.raw({ type: "application/json" }), (request, response) => {
  let event;
  try {
    event = webhook.verify(request.body, request.headers);
  } catch (error) {
    response.status(400).send(error.message);
    return;
  }
  console.log(JSON.stringify({ id: request.get("webhook-id"), ...event }));
  response.sendStatus(204);
});

const server = app.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => console.log(server.address().port));
