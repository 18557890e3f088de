package verify

// steps are all that is tried, in this order: later ones use what earlier ones
// have stored.
func steps() []step {
	return []step{
		{"edge", "A small file through the site's own origin, to which CloudFront adds X-Amz-Cf-Id", (*conversation).sendByEdge},
		{"site", "The site is there, with its security headers", (*conversation).site},
		{"site-cache", "Hashed files are cached for a year, the rest is asked for each time", (*conversation).siteCache},
		{"site-cached", "A hashed file comes out of CloudFront's cache, an answer of the API does not", (*conversation).cached},
		{"no-token", "Without a token the API refuses", (*conversation).noToken},
		{"changed-token", "With a changed token the API refuses", (*conversation).changedToken},
		{"id-token", "With an ID token the API refuses", (*conversation).idToken},
		{"token", "With the person's token it answers", (*conversation).token},

		{"put", "A small file, by a signed PUT", (*conversation).sendSmall},
		{"put-again", "The same PUT again replaces nothing", (*conversation).sendAgain},
		{"parts", "A file in parts, which is read back equal", (*conversation).sendParts},
		{"form", "A file by a form", (*conversation).sendForm},
		{"companion", "A file in parts, as Uppy's Companion signs it", (*conversation).sendCompanion},
		{"relay", "A file through the relay, and none without a token", (*conversation).sendByRelay},

		{"list", "The list has what was sent", (*conversation).list},
		{"get", "What is read back is what was sent", (*conversation).get},
		{"versions", "A deleted file is gone from the list, and its versions are not", (*conversation).remove},
		{"restore", "It comes back", (*conversation).restore},

		{"spaces", "A file into each space is in its list, and in no other", (*conversation).spaceFiles},
		{"spaces-other", "Another person finds nothing of the spaces that are not his", (*conversation).spaceOther},
		{"spaces-limits", "A space signs no larger file and no other type than it takes", (*conversation).spaceLimits},
		{"public", "A public file is read by anybody, at a host of its own where nothing runs, and no other file is", (*conversation).publicFiles},
		{"quota", "A file above the quota is refused, with what is used", (*conversation).overQuota},

		{"pass-upload", "A guest uploads by a pass", (*conversation).passUpload},
		{"pass-refused", "A used-up pass, a changed token and other files are refused", (*conversation).passRefused},
		{"pass-read", "A guest reads the file of a pass, and no other", (*conversation).passRead},
		{"pass-revoked", "A revoked pass opens nothing", (*conversation).passRevoked},
		{"backend-refused", "Who has not signed as the backend is refused", (*conversation).backendRefused},
		{"backend", "The backend makes a pass for a user of its own", (*conversation).backend},

		{"other-signature", "A signature with one digit changed is refused", (*conversation).otherSignature},
		{"other-type", "Another type than was signed is refused", (*conversation).otherType},
		{"other-length", "Another length than was signed is refused", (*conversation).otherLength},
		{"added-acl", "An ACL that was not signed is refused", (*conversation).addedACL},
		{"added-encryption", "An encryption that was not signed is refused", (*conversation).addedEncryption},
		{"form-size", "A form's file above its size is refused", (*conversation).formSize},
		{"form-key", "A form with another key is refused", (*conversation).formKey},
		{"other-caller", "Another person's file is not found", (*conversation).otherCaller},
		{"unsigned", "Without a signature nothing is read", (*conversation).unsigned},
		{"edge-read", "Nothing but PUT goes through the site's own origin", (*conversation).readByEdge},
		{"cors-own", "The site's pages may send to the bucket", (*conversation).corsOwn},
		{"cors-foreign", "Other pages may not", (*conversation).corsForeign},

		{"plain-http", "Plain HTTP is denied to administrators too", (*conversation).plainHTTP},
		{"bucket-acl", "An ACL is denied to administrators too", (*conversation).bucketACL},
		{"bucket-encryption", "Another encryption is denied to administrators too", (*conversation).bucketEncryption},
		{"bucket-delete", "Deleting the bucket is denied to administrators too", (*conversation).bucketDelete},
		{"past-the-edge", "With a firewall the API takes nothing at its own host", (*conversation).pastTheEdge},
		{"told", "The application is told what happened to a file", (*conversation).told},
		{"logs", "The calls of this run are in the logs", (*conversation).logged},
		{"alarms", "No alarm rings, and each would be heard", (*conversation).quiet},
		{"encrypted", "What was sent is encrypted with the stack's key", (*conversation).encrypted},
	}
}
