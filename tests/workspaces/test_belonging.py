"""Creating a workspace, inviting, accepting, roles, leaving."""

from tests.world import Person, World


def test_a_founder_is_the_admin(ann: Person) -> None:
    me = ann.get("/v1/me").expect(200)
    assert me["email"] == "ann@acme.example"
    assert [(each["name"], each["role"]) for each in me["workspaces"]] == [("Acme", "admin")]


def test_an_invitation_is_mailed_and_accepted(world: World, ann: Person) -> None:
    sent = ann.post(f"{ann.place}/invitations", emails=["Ben@Acme.example"]).expect(201)
    assert sent["items"][0]["email"] == "ben@acme.example"
    world.settle()
    [mail] = world.mails()
    assert mail["To"] == "ben@acme.example"
    assert "Acme" in mail["Subject"]
    text = mail.get_body(("plain",))
    html = mail.get_body(("html",))
    assert text is not None
    assert "http://127.0.0.1:8000/" in text.get_content()
    assert html is not None
    assert "http://127.0.0.1:8000/" in html.get_content()
    ben = world.person("ben@acme.example")
    invited = ben.get("/v1/me").expect(200)["invitations"]
    assert [each["workspace_name"] for each in invited] == ["Acme"]
    ben.post(f"{ann.place}/invitations/accept").expect(201)
    ben.post(f"{ann.place}/invitations/accept").expect(201)
    assert ben.get("/v1/me").expect(200)["invitations"] == []
    assert len(ann.get(f"{ann.place}/members").expect(200)["items"]) == 2
