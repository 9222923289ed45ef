package meeting

// A Book is where the rules look things up and put them back. Every method
// runs inside the turn's transaction.
type Book interface {
	People
	Tasks
	Meetings
	Texts
	Disputes
	Serials
}

// People looks persons up.
type People interface {
	// Person returns ErrNotFound for an unknown id.
	Person(PersonID) (Person, error)
	// Named returns the active people of exactly this display name.
	Named(name string) ([]Person, error)
	// Everyone returns all known people in order of id.
	Everyone() ([]Person, error)
}

// Tasks holds the ledger.
type Tasks interface {
	// Task returns ErrNotFound for an unknown id. The caller owns the value.
	Task(TaskID) (*Task, error)
	// FindTasks returns the tasks that match, oldest first.
	FindTasks(TaskQuery) ([]*Task, error)
	// SaveTask inserts a task without an id (and gives it one) or updates it
	// if its version is still the one loaded.
	SaveTask(*Task) error
}

// Meetings holds what is planned, running and over.
type Meetings interface {
	// Meeting returns ErrNotFound for an unknown id. The caller owns the value.
	Meeting(MeetingID) (*Meeting, error)
	// FindMeetings returns the meetings that match, oldest planned start first;
	// one without a start comes last.
	FindMeetings(MeetingQuery) ([]*Meeting, error)
	// SaveMeeting inserts a meeting without an id (and gives it one) or updates
	// it if its version is still the one loaded.
	SaveMeeting(*Meeting) error
}

// Texts holds the minutes of meetings.
type Texts interface {
	// Minutes returns ErrNotFound for an unknown id. The caller owns the value.
	Minutes(MinutesID) (*Minutes, error)
	// FindMinutes returns the minutes that match, oldest first.
	FindMinutes(MinutesQuery) ([]*Minutes, error)
	// SaveMinutes is like SaveMeeting. A 终稿 that lies in the book is never
	// changed (R60): ErrSealed, a Refusal, and nothing was written.
	SaveMinutes(*Minutes) error
}

// Disputes holds what was left undecided.
type Disputes interface {
	// Dispute returns ErrNotFound for an unknown id. The caller owns the value.
	Dispute(DisputeID) (*Dispute, error)
	// FindDisputes returns the disputes that match, oldest first.
	FindDisputes(DisputeQuery) ([]*Dispute, error)
	// SaveDispute is like SaveMeeting.
	SaveDispute(*Dispute) error
}

// Serials draws numbers that are never given twice.
type Serials interface {
	// Serial returns 1, 2, 3 … for a scope, inside the transaction (R66).
	Serial(scope string) (int, error)
}
