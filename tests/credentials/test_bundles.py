import io, zipfile, pytest
from django.core.management import call_command
from credentials.services import hand_outs
from credentials.services.hand_outs import Form
from tests.factories.awards import make_award
pytestmark = pytest.mark.django_db
def test_x(tmp_path):
    a=make_award()
    data=hand_outs.make(a.credential, Form.BUNDLE,"x").data
    (tmp_path/"x.zip").write_bytes(data)
    open("/tmp/x.zip","wb").write(data)
    z=zipfile.ZipFile(io.BytesIO(data))
    for i in z.infolist(): print(i.filename,i.file_size,i.compress_size)
    print(z.read("README.txt").decode())
    print(z.read("manifest.json").decode())
    call_command("verify", tmp_path/"x.zip")
    assert 0
