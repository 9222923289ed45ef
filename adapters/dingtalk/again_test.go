package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"huiban/adapters/dingtalk/dingtalktest"
	"huiban/bot"
)

// What may have been seen as a card is not said again as a text when cards are
// refused by then; a card that was surely shown to nobody is.
func TestACardThatMayBeThereIsNotSaidAgainInWords(t *testing.T) {
	refused := dingtalktest.Fault{Kind: dingtalktest.Code, Code: "param.templateUnpublished", Path: "/v1.0/card"}
	for _, test := range []struct {
		name  string
		fault dingtalktest.Fault
		again bool
		sure  bool
	}{
		{"first try", refused, false, true},
		{"another try", refused, true, false},
		{"another try, made now and not delivered", dingtalktest.Fault{Kind: dingtalktest.NotDelivered}, true, true},
	} {
		l := atLevel(t, 2, nil)
		l.fake.Break(test.fault)
		_, err := l.p.Send(t.Context(), bot.Out{UUID: "1", Chat: "dingtalk:" + team, Card: aTask(), People: people(), Again: test.again})
		if said := len(l.fake.Messages()) == 1; said != test.sure || errors.Is(err, bot.ErrUncertain) == test.sure {
			t.Errorf("%s: said %v, %v", test.name, said, err)
		}
	}
}

// Taps by another organisation's people are known as such after a restart, before
// any message tells of which organisation the app is.
func TestOurOrganisationIsKnownFromTheStart(t *testing.T) {
	var told []string
	l := newLab(t, dingtalktest.Options{}, func(o *Options) { o.OnCorp = func(id string) { told = append(told, id) } })
	l.p.belong("")
	l.p.belong("dingcorp")
	l.p.belong("dingcorp")
	if fmt.Sprint(told) != "[dingcorp]" {
		t.Errorf("told %q", told)
	}
	o := l.p.o
	o.Corp = told[0]
	again, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	again.belong("dingcorp")
	if !again.corp.other("dingother") || again.corp.other("dingcorp") || len(told) != 1 {
		t.Errorf("told %q", told)
	}
}

// A proof that could not be kept is kept by the next tap.
func TestAProofIsTriedAgain(t *testing.T) {
	full := &fullProof{}
	var q evidence
	o := Options{Template: ourTemplate, Proof: full, Log: newLab(t, dingtalktest.Options{}, nil).p.o.Log}
	q.saw()
	for range 3 {
		q.prove(t.Context(), o, o.sightOf())
	}
	if full.tries != 2 || !q.known(t.Context(), o, o.sightOf()) {
		t.Errorf("%d tries", full.tries)
	}
}

// A fullProof takes the second proof.
type fullProof struct{ tries int }

func (p *fullProof) Proven(context.Context, string) (bool, error) { return false, nil }

func (p *fullProof) Prove(context.Context, string) error {
	p.tries++
	if p.tries == 1 {
		return errors.New("no room")
	}
	return nil
}

// Who asks while the first look-up is under way does not take cards for unproven.
func TestTheFirstLookUpIsWaitedFor(t *testing.T) {
	slow := &slowProof{asked: make(chan struct{}), answer: make(chan struct{})}
	var q evidence
	o := Options{Template: ourTemplate, Proof: slow}
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			if !q.known(t.Context(), o, o.sightOf()) {
				t.Error("it is not known")
			}
		})
	}
	<-slow.asked
	close(slow.answer)
	all.Wait()
}

// A slowProof knows everything, when it is let.
type slowProof struct{ asked, answer chan struct{} }

func (p *slowProof) Proven(context.Context, string) (bool, error) {
	close(p.asked)
	<-p.answer
	return true, nil
}

func (*slowProof) Prove(context.Context, string) error { return nil }
