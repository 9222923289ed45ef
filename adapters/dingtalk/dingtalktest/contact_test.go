package dingtalktest

import (
	"encoding/json"
	"net/http"
	"testing"
)

func TestContacts(t *testing.T) {
	s := start(t, Options{})
	s.AddPerson(Person{UserID: "gone", Name: "陈旧", Left: true})
	for _, c := range []struct {
		path string
		body object
		want string // result, or errcode
	}{
		{"/topapi/v2/user/get", object{"userid": xu, "language": "zh_CN"}, `{"active":true,"admin":false,"dept_id_list":[7],"leader_in_dept":[],"manager_userid":"0101","name":"许哲","title":"","unionid":"union-0102","userid":"0102"}`},
		{"/topapi/v2/user/get", object{"userid": "gone"}, "60121"},
		{"/topapi/v2/user/get", object{"userid": guest}, "60121"},
		{"/topapi/user/getbyunionid", object{"unionid": "union-0102"}, `{"contact_type":0,"userid":"0102"}`},
		{"/topapi/v2/user/getbymobile", object{"mobile": "13800000000"}, `{"userid":"0101"}`},
		{"/topapi/v2/user/getbymobile", object{"mobile": ""}, "60121"},
		{"/topapi/v2/department/get", object{"dept_id": 7}, `{"dept_id":7,"name":"研发部","parent_id":1}`},
		{"/topapi/v2/department/get", object{"dept_id": 8}, "60003"},
		{"/topapi/v2/department/listsub", object{"dept_id": 1}, `[{"dept_id":7,"name":"研发部","parent_id":1}]`},
		{"/topapi/v2/department/listparentbyuser", object{"userid": xu}, `{"parent_list":[{"parent_dept_id_list":[7,1]}]}`},
		{"/topapi/user/listid", object{"dept_id": 7}, `{"userid_list":["0101","0102"]}`},
	} {
		status, out := do(t, s, http.MethodPost, c.path, c.body)
		got, err := json.Marshal(out["result"])
		if err != nil {
			t.Fatal(err)
		}
		if out["result"] == nil {
			got, _ = json.Marshal(out["errcode"]) //nolint:errchkjson // a number
		}
		if status != 200 || string(got) != c.want {
			t.Errorf("%s %v: %s", c.path, c.body, got)
		}
	}
	clean(t, s)
}

func TestPagesOfPeople(t *testing.T) {
	s := start(t, Options{})
	_, out := do(t, s, http.MethodPost, "/topapi/v2/user/list", object{"dept_id": 7, "cursor": 0, "size": 1})
	page := inside(out, "result")
	if page["has_more"] != true || page["next_cursor"] != 1.0 {
		t.Fatal(out)
	}
	_, out = do(t, s, http.MethodPost, "/topapi/v2/user/list", object{"dept_id": 7, "cursor": 1, "size": 1})
	if list, _ := inside(out, "result")["list"].([]any); len(list) != 1 || inside(out, "result")["has_more"] != false {
		t.Error(out)
	}
	clean(t, s)
	do(t, s, http.MethodPost, "/topapi/v2/user/list", object{"dept_id": 7, "size": 101})
	noticed(t, s, "1 to 100")
}

func TestSearch(t *testing.T) {
	s := start(t, Options{})
	s.AddPerson(Person{UserID: "0200", Name: "陈明亮"})
	s.AddPerson(Person{UserID: "0300", Name: "陈明远", OutOfScope: true})
	for _, c := range []struct {
		body object
		want string
	}{
		{object{"queryWord": "陈明", "offset": 0, "size": 10}, `["0101","0200"]`},
		{object{"queryWord": "陈明", "offset": 0, "size": 10, "fullMatchField": 1}, `["0101"]`},
		{object{"queryWord": "陈明", "offset": 1, "size": 1}, `["0200"]`},
		{object{"queryWord": "无", "offset": 0, "size": 1}, `[]`},
	} {
		_, out := do(t, s, http.MethodPost, "/v1.0/contact/users/search", c.body)
		if got, err := json.Marshal(out["list"]); err != nil || string(got) != c.want {
			t.Errorf("%v: %v", c.body, out)
		}
	}
	if status, out := do(t, s, http.MethodGet, "/v1.0/contact/users/union-0102", nil); status != 200 || out["nick"] != "许哲" {
		t.Error(out)
	}
	clean(t, s)
}
