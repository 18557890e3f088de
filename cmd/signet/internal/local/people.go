package local

import (
	"cmp"
	"slices"

	"signet/cmd/signet/internal/issuer"
)

// Person is somebody who can sign in, and the groups that he is in.
type Person struct {
	Name   string
	Groups []string
}

// withPeople are the ready users, with what is said of people besides.
func withPeople(people []Person) []issuer.User {
	users := issuer.ReadyUsers()
	for _, p := range people {
		i := slices.IndexFunc(users, func(u issuer.User) bool { return u.Subject == p.Name })
		if i < 0 {
			i = len(users)
			users = append(users, issuer.User{Subject: p.Name, Name: p.Name, Email: p.Name + "@example.com"})
		}
		users[i].Groups = p.Groups
	}
	return users
}

// mint makes everybody's token.
func (c *Cloud) mint(id *issuer.Issuer, o Options) (err error) {
	life := cmp.Or(o.TokenLife, tokenLife)
	if c.Token, err = id.Token(o.User, life); err != nil {
		return err
	}
	c.Tokens = map[string]string{}
	for _, u := range withPeople(o.People) {
		if c.Tokens[u.Subject], err = id.Token(u.Subject, life); err != nil {
			return err
		}
	}
	return nil
}
