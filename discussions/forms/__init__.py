"""What members type, judged before it reaches an action."""

from discussions.forms.writing import CommentEditForm, CommentForm, PostEditForm, PostForm, VoteForm

__all__ = ["CommentEditForm", "CommentForm", "PostEditForm", "PostForm", "VoteForm"]
