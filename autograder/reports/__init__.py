"""What people read: class report, feedback pages, scoreboard, gallery, similar notebooks."""
