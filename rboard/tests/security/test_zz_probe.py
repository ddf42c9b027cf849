import pytest
from django.test import Client
from django.db import transaction
from discussions.tests.conftest import *

SECRET="a"*32
def client(member=None):
    c=Client(enforce_csrf_checks=True, raise_request_exception=False)
    if member: c.force_login(member)
    c.cookies["csrf"]=SECRET
    return c

def go(c, method, path, data=b"", content_type="application/x-www-form-urlencoded", **extra):
    with transaction.atomic():
      try:
        r=c.generic(method,path,data,content_type,headers={"X-CSRFToken":SECRET, **extra.pop("headers",{})},**extra)
      except Exception as e:
        transaction.set_rollback(True)
        print(method, path[:60], content_type[:60], "RAISED 500", repr(e)[:300])
        return
      transaction.set_rollback(True)
    exc = r.exc_info[1] if getattr(r,"exc_info",None) else None
    print(method, path[:60], content_type[:60], r.status_code, r.get("Location",""), repr(exc)[:200] if r.status_code>=500 else "")
    return r

def test_probe(post, comment, secret, ben, ann, mo, pam):
    c=client(ben)
    p=post.address
    for path in ["/u/%00/","/u/a%00/comments/","/b/%00/","/inbox/99999999999999999999999/read/",
        "/?after=0001-01-01T00:00:00%2B14:00~1&sort=new","/?after=9999-12-31T23:59:59-14:00~1&sort=new",
        "/?after=2020-01-01T00:00~1&sort=new","/?after=2020-01-01~1&sort=new","/?after=nan~1","/?after=1e999~1","/?after=1_0~1","/?after=%D9%A3~1&sort=top","/?sort=top&after=99999999999999999999~1",
        "/boards/?q=%00","/boards/?q=%ed%a0%80","/boards/?sort=name&after=%ed%a0%80","/password-reset/MQ/set-password/","/password-reset/%00/x/","/password-reset/AA/a-b/",
        p+"?after=%00", p+"x%0ay/", post.get_absolute_url()+"?after=garbage", "/"+"x"*100000, post.address+"?"+"x"*30000, "/?"+"&".join(f"a{i}=1" for i in range(300)),
        "/register/?next=%00", "/login/?next=//evil", post.get_absolute_url()+"?sort=old&after=2020-01-01T00:00:00Z~1",
        "/b/board_a/submit/?url=%00&title=%00",
        ]:
        go(c,"GET",path)
        go(client(),"GET",path)
    for ct in ["text/plain; charset=hex","text/plain; charset=unicode_escape","text/plain; charset=utf-7","text/plain; charset=utf-16", "text/plain; charset=idna","text/plain; charset=undefined", "text/plain; charset=rot13"]:
        go(c,"GET","/boards/?q=%5Cud800&x=+2AA-",b"",ct)
        go(c,"POST",p+"reply/",b"text=x",ct)
        go(c,"POST",p+"reply/",b"text=x",ct.replace("text/plain","application/x-www-form-urlencoded"))
        go(c,"POST",p+"reply/",b"--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n\\ud800 +2AA-\r\n--b--\r\n",ct.replace("text/plain","multipart/form-data; boundary=b"))
    for ct in ["multipart/form-data","multipart/form-data; boundary=","multipart/form-data; boundary="+"x"*500,"application/json","","x","multipart/form-data; boundary=\xff", "multipart/form-data; boundary=b"]:
        for body in [b"", b"--b\r\n", b"garbage", b"--b\r\nContent-Disposition: form-data; name=\"text\"\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--b--\r\n", b"--b\r\nContent-Disposition: form-data; name=\"text\r\n\r\nx\r\n--b--\r\n"]:
            go(c,"POST",p+"reply/",body,ct)
    go(c,"POST",p+"reply/",b"text="+b"x"*5_000_000)
    go(c,"POST",p+"reply/",b"--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n"+b"x"*5_000_000+b"\r\n--b--\r\n","multipart/form-data; boundary=b")
    go(c,"POST",p+"reply/",b"--b\r\nContent-Disposition: form-data; name=\"text\"; filename=\"x\"\r\n\r\n"+b"x"*5_000_000+b"\r\n--b--\r\n","multipart/form-data; boundary=b")
    go(c,"POST",p+"vote/",b"value=1",headers={"Referer":"http://testserver//evil.example/x"})
    go(c,"POST",p+"vote/",b"value=1",headers={"Referer":"http://[x"})
    go(c,"POST",p+"vote/",b"value=1",headers={"Referer":"http://testserver/\r\nX: y"})
    for cookie in ['session="\\000aaaaaaaaaaaaaaaaa"','session='+'x'*5000,'messages="\\000"','csrf="\\000"', 'theme="\\000"','session=\xff\xfe']:
        go(Client(raise_request_exception=False),"GET","/",HTTP_COOKIE=cookie)
    for host in ["evil","testserver:99999","[::1","testserver:x","a b","","testserver.","@"]:
        go(client(),"GET","/",headers={"Host":host})
        go(client(),"POST","/login/",headers={"Host":host})
    k="once=11111111-1111-1111-1111-111111111111"
    c2=client(ann)
    r=c2.generic("POST",p+"reply/",(k+"&text=x").encode(),"application/x-www-form-urlencoded",headers={"X-CSRFToken":SECRET})
    print(r.status_code,r["Location"])
    r=c2.generic("POST","/b/board_a/submit/",(k+"&title=x").encode(),"application/x-www-form-urlencoded",headers={"X-CSRFToken":SECRET})
    print(r.status_code,r.get("Location"), getattr(r,"exc_info",None))
    print(secret.pk)
    for _ in range(2):
        r=c2.generic("POST","/b/board_a/submit/",(k.replace("1","2")+"&title=x&url=http://x.example/").encode(),"application/x-www-form-urlencoded",headers={"X-CSRFToken":SECRET})
        print(r.status_code,r.get("Location"))
