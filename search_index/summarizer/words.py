"""Which words of a comment carry its subject, in English, Urdu and Roman Urdu together."""

from __future__ import annotations

from functools import lru_cache

from search_index.analysis import words

# Written for this project: the words that say how a sentence is built and not what it is about.
_ENGLISH = """
a about above after again against all also am an and any are aren't as at be because been
before being below between both but by can can't cannot could couldn't did didn't do does
doesn't doing don't down during each even every few for from further get gets getting give
given go goes going got had hadn't has hasn't have haven't having he her here hers herself
him himself his how i i'm i've if in into is isn't it it's its itself just let like made
make makes making many may me might more most much must my myself no nor not now of off
often on once one only or other our ours ourselves out over own per please put really same
say says she should shouldn't since so some still such take than that that's the their
theirs them themselves then there these they thing things this those through to too under
until up upon us use used using very via want was wasn't we well were weren't what when
where whether which while who whom whose why will with within without won't would wouldn't
yes yet you your yours
"""
_URDU = """
کا کی کے کو نے سے میں پر تک اور یا بھی ہی تو نہ نہیں ہے ہیں ہو ہوں تھا تھی تھے ہوا ہوئی
ہوئے ہوتا ہوتی ہوتے ہونا ہونی ہونے گا گی گے یہ وہ اس ان جو جس جن کہ کیا کیوں کب کہاں کیسے
کون کس کن کوئی کچھ سب ہر ایک اگر مگر لیکن بلکہ جب تب پھر اب یہاں وہاں ہم ہمارا ہماری ہمارے
ہمیں میرا میری میرے مجھے آپ تم اپنا اپنی اپنے انہیں اسے جسے جائے جائیں جاتا جاتی جاتے جانا
جانے گیا گئی گئے کر کرے کریں کرتا کرتی کرتے کرنا کرنی کرنے کیے دیا دی دیے دینا دینے دے دیں
لیے لئے لیا لے والا والی والے ساتھ بعد پہلے طرح چاہیے چاہئے چاہئیں چاہتا چاہتے رہا رہی رہے
سکتا سکتی سکتے صرف بہت زیادہ ہاں جی مطلب بات کہتا کہتے
"""
_ROMAN = """
ka ki ke kay ko ne se say mein main mai par pe tak aur ya bhi hi to tou na nahi nahin nai
hai hain he ho hon hun tha thi thay hua hui huay hota hoti hotay hote hona honi hone ga gi
gay ge yeh ye woh wo is us un in jo jis jin keh kya kia kyun kyon kab kahan kaise kaisay
kon kaun kis kin koi kuch sab har aik ek agar magar lekin balke jab tab phir ab yahan
wahan hum hamara hamari hamaray hamare humein hamein mera meri meray mere mujhe aap tum
apna apni apne apnay unhein usay jaye jaen jayen jata jati jate gaya gayi gaye kar karay
kare karein karen karta karti karte karna karni karne kiya kiye diya di diye dena dene de
dein liye lie liya le wala wali wale walay sath saath baad pehle pehlay tarah chahiye
chahye chahiyay raha rahi rahe rahay sakta sakti sakte sirf bohat bahut zyada han ji
"""


STOP_WORDS = frozenset(words(_ENGLISH + _URDU + _ROMAN))


def content_words(text: str) -> list[str]:
    """The words that carry a subject, in order, as they are indexed."""
    return [word for word in words(text) if carries(word)]


@lru_cache(maxsize=60_000)
def carries(word: str) -> bool:
    return len(word) > 1 and word not in STOP_WORDS and not word.isdigit()
