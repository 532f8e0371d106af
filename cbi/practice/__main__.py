"""Write the forms and the sample's people list anew into `data/`: `python -m cbi.practice`."""

from cbi.base.data import data_folder
from cbi.practice.forms import write_sample_people, write_templates
from cbi.practice.sample import sample_folder

if __name__ == "__main__":
    write_templates(data_folder() / "templates")
    write_sample_people(sample_folder())
